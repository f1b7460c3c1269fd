package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.spi.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of policy authors, asked about the same machine in every way there is. */
@Tag("blackbox")
@Timeout(180)
final class PolicyCommandsTest {
    private static final String APP = Guest.APP_ID.toHex();
    private static final String AT = "2026-11-24T06:00:00Z";
    private static final Path BUNDLE = Path.of(System.getProperty("keywarden.home"), "policies", "default.tar.gz");

    @TempDir
    private static Path home;

    private static Path policy;
    private static TestNode.Configuration configuration;

    /** One node whose policy refuses one app, because no list has it; its audit log is what the commands read. */
    @BeforeAll
    static void refuseAnApp() throws IOException {
        policy = home.resolve("policy");
        assertThat(keywarden("policy", "new", policy.toString()).exitCode()).isZero();
        list("images", "{\"key\":\"" + Guest.OS_IMAGE_HASH.toHex() + "\"}");
        list("kms_measurements", "");
        list("apps", "");
        list("compose_hashes", APP + "/" + Guest.COMPOSE_HASH.toHex());
        configuration = new TestNode.Configuration(home)
                .core("enforce_self_authorization = false")
                .autoBootstrap()
                .policy(BUNDLE, home);
        Recordings.copyKeys(configuration.certDir());
        try (TestNode node = TestNode.start(configuration, "serving")) {
            assertThatThrownBy(() -> new Guest(Guest.APP_ID).takeKeys(node.url()))
                    .hasMessageContaining("app not registered");
        }
        list("apps", "{\"key\":\"" + APP + "\",\"allow_any_device\":true,\"gateway_app_id\":\"gw\"}");
    }

    private static void list(String name, String line) throws IOException {
        Files.writeString(home.resolve(name + ".jsonl"), line + "\n");
    }

    private static KeywardenProcess keywarden(String... arguments) {
        return KeywardenProcess.run(home, arguments);
    }

    private static String[] facts(String... names) {
        return Arrays.stream(names)
                .flatMap(name -> Stream.of(
                        "--facts",
                        switch (name) {
                            case "images" -> "images:os_image_hash:images.jsonl";
                            case "apps" -> "apps:app_id:apps.jsonl";
                            default -> "compose_hashes:app_id/compose_hash:compose_hashes.jsonl";
                        }))
                .toArray(String[]::new);
    }

    private static JsonNode answer(int expected, String[] question, String... names) {
        String[] words = Stream.of(new String[] {"policy", "eval"}, question, facts(names), new String[] {"--json"})
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
        KeywardenProcess run = keywarden(words);
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(expected);
        assertThat(run.out()).as(run.printed()).isNotEmpty();
        return Recordings.json(run.out());
    }

    private static void assertCode(JsonNode answer, String code) {
        assertThat(answer.at("/reasons/0/code").asText()).as("%s", answer).isEqualTo(code);
    }

    /** Refused while a list lacks it, and released when the list has it: by opa and by the node's engine alike. */
    private static void assertDecidedByLists(String... question) {
        for (Path asked : List.of(policy, BUNDLE)) {
            String[] words = Stream.concat(Stream.of(asked.toString()), Arrays.stream(question))
                    .toArray(String[]::new);
            assertCode(answer(1, words, "images", "compose_hashes"), "policy.app_not_registered");
            JsonNode allowed = answer(0, words, "images", "compose_hashes", "apps");
            assertThat(allowed.path("verdict").asText()).isEqualTo("allow");
            assertThat(allowed.path("gateway_app_id").asText()).isEqualTo("gw");
        }
    }

    @Test
    void askAboutAPastDecision() throws IOException {
        assertDecidedByLists("--record", configuration.records().toString());
        JsonNode refused = lastRecord();
        String place = configuration.records() + ":" + refused.path("seq").asText();
        KeywardenProcess explained = keywarden("policy", "explain", policy.toString(), "--record", place, "--json");
        assertThat(explained.exitCode()).as(explained.printed()).isZero();
        JsonNode why = Recordings.json(explained.out());
        assertThat(why.at("/rules")).anySatisfy(rule -> {
            assertThat(rule.path("code").asText()).isEqualTo("policy.app_not_registered");
            assertThat(rule.path("file").asText()).isEqualTo("keywarden/refusals.rego");
            assertThat(rule.path("line").asInt()).isPositive();
        });
        assertThat(why.at("/failed")).isNotEmpty();
        KeywardenProcess absent =
                keywarden("policy", "eval", policy.toString(), "--record", configuration.records() + ":999999");
        assertThat(absent.exitCode()).isEqualTo(1);
        assertThat(absent.err()).contains("has no record 999999");
    }

    private static JsonNode lastRecord() throws IOException {
        return Recordings.json(Files.readAllLines(configuration.records()).getLast());
    }

    @Test
    void askAboutAMachineThatSomebodyDescribes() throws IOException {
        Path bootInfo = home.resolve("boot-info.json");
        Files.writeString(bootInfo, lastRecord().path("boot_info").toString());
        assertDecidedByLists("--boot-info", bootInfo.toString(), "--at", AT);
        String[] node = {policy.toString(), "--boot-info", bootInfo.toString(), "--subject", "peer_kms"};
        assertCode(answer(1, node, "images"), "policy.aggregated_mr_not_allowed");
        Files.writeString(bootInfo, "{\"appId\": \"11\"}");
        KeywardenProcess broken = keywarden("policy", "eval", policy.toString(), "--boot-info", bootInfo.toString());
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.err()).contains("the boot info can't be used", "advisory_ids is missing");
    }

    @Test
    void askAboutTheMachineOfEvidence() throws Exception {
        Guest guest = new Guest(Guest.APP_ID);
        Path envelope = home.resolve("evidence.bin");
        Files.write(envelope, EnvelopeCodec.encode(guest.evidence()).toArray());
        String config = home.resolve("kms.toml").toString();
        assertDecidedByLists("--evidence", envelope.toString(), "--config", config);
        Path certificate = home.resolve("guest.pem");
        byte[] der = guest.identity(UnaryOperator.identity()).chain().get(0).getEncoded();
        Files.writeString(
                certificate,
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(der)
                        + "\n-----END CERTIFICATE-----\n");
        String[] shown = {policy.toString(), "--evidence", certificate.toString(), "--config", config};
        assertCode(answer(1, shown, "images"), "policy.app_not_registered");

        byte[] bytes = Files.readAllBytes(envelope);
        bytes[200] ^= 1;
        Files.write(envelope, bytes);
        KeywardenProcess forged =
                keywarden("policy", "eval", policy.toString(), "--evidence", envelope.toString(), "--config", config);
        assertThat(forged.exitCode()).as(forged.printed()).isEqualTo(1);
        assertThat(forged.out()).doesNotContain("allow", "deny");
        assertThat(forged.err()).contains(envelope + ": the evidence does not hold: QUOTE_SIGNATURE_INVALID");
    }

    @Test
    void compareTwoPoliciesOverRecords() throws IOException {
        Path stricter = home.resolve("stricter");
        assertThat(keywarden("policy", "new", stricter.toString()).exitCode()).isZero();
        Path settings = stricter.resolve("settings/data.json");
        Files.writeString(
                settings,
                Files.readString(settings)
                        .replace("\"active\": false", "\"active\": true, \"owner\": \"me\", \"reason\": \"a drill\""));
        String records = configuration.records().toString();
        KeywardenProcess same =
                keywarden("policy", "diff", policy.toString(), BUNDLE.toString(), "--records", records, "--json");
        assertThat(same.exitCode()).as(same.printed()).isZero();
        assertThat(Recordings.json(same.out()).path("changes")).isEmpty();

        String[] compared = Stream.concat(
                        Stream.of(
                                "policy",
                                "diff",
                                policy.toString(),
                                stricter.toString(),
                                "--records",
                                records,
                                "--json"),
                        Arrays.stream(facts("images", "apps", "compose_hashes")))
                .toArray(String[]::new);
        KeywardenProcess run = keywarden(compared);
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(1);
        assertThat(Recordings.json(run.out()).path("changes")).anySatisfy(change -> {
            assertThat(change.path("subject").asText()).isEqualTo("app " + APP);
            assertThat(change.path("old").asText()).isEqualTo("allow policy.allowed gateway gw");
            assertThat(change.path("new").asText()).startsWith("deny policy.emergency_stop");
            assertThat(change.path("verdict_changes").asBoolean()).isTrue();
            assertThat(change.path("records").asInt()).isEqualTo(1);
        });
    }

    @Test
    void signAndVerifyABundle() throws Exception {
        Path key = home.resolve("key.pem");
        Path publicKey = home.resolve("key.pub");
        OpenSsl.run("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", key.toString());
        OpenSsl.run("ec", "-in", key.toString(), "-pubout", "-out", publicKey.toString());
        Path other = home.resolve("other.pem");
        OpenSsl.run("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", other.toString());
        Path otherPublic = home.resolve("other.pub");
        OpenSsl.run("ec", "-in", other.toString(), "-pubout", "-out", otherPublic.toString());
        Path signed = home.resolve("signed.tar.gz");
        KeywardenProcess signing = keywarden(
                "policy",
                "sign",
                BUNDLE.toString(),
                "--key",
                key.toString(),
                "--scope",
                "node",
                "-o",
                signed.toString());
        assertThat(signing.exitCode()).as(signing.printed()).isZero();

        assertVerified(0, "is signed by this key and unchanged", signed, publicKey, "node");
        assertVerified(1, "signature", signed, otherPublic, "node");
        assertVerified(1, "scope", signed, publicKey, "elsewhere");
        assertVerified(1, "signature", BUNDLE, publicKey, "node");
        assertThat(demandingSignatures(signed, publicKey)).isEqualTo("DENY [policy.app_not_registered] ");
        assertThat(demandingSignatures(BUNDLE, publicKey)).isEqualTo("UNAVAILABLE [host.unavailable] ");
    }

    /** What a node that demands signatures says about an app that no list has. */
    private static String demandingSignatures(Path bundle, Path key) throws IOException {
        Map<String, Object> settings = Map.of(
                "bundle",
                bundle.toString(),
                "require_signature",
                true,
                "keys",
                Map.of("release", Map.of("algorithm", "ES256", "file", key.toString(), "scope", "node")),
                "facts",
                Map.of(
                        "images",
                        Map.of(
                                "key",
                                "os_image_hash",
                                "file",
                                home.resolve("every-image.jsonl").toString())));
        Files.writeString(home.resolve("every-image.jsonl"), "a3".repeat(32) + "\n" + "b3".repeat(32) + "\n");
        AuthorizationQuestion question = new PolicyQuestions(new SplittableRandom(13))
                .list(100).stream()
                        .filter(each -> each.subject() == Subject.APP
                                && each.bootInfo().tcbStatus().equals("UpToDate")
                                && each.bootInfo().advisoryIds().isEmpty()
                                && each.bootInfo().osImageHash().length() > 0)
                        .findFirst()
                        .orElseThrow();
        try (NodeAuthorizer node = new NodeAuthorizer("rego", settings, Files.createTempDirectory(home, "state"))) {
            return node.decide(question).outcome();
        }
    }

    private static void assertVerified(int expected, String words, Path bundle, Path key, String scope) {
        KeywardenProcess run =
                keywarden("policy", "verify", bundle.toString(), "--key", key.toString(), "--scope", scope);
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(expected);
        assertThat(run.printed()).contains(words);
    }
}
