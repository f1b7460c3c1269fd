package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever was refused asks why, does what the answer says and nothing else, and is allowed: for each authorizer. And what a chain
 * would say to files and to the past.
 */
@Tag("blackbox")
final class ExplainTest {
    /** More than any authorizer has lists. */
    private static final int MOST_STEPS = 12;

    @TempDir
    private Path home;

    /** What a person does about one sentence of advice. */
    @FunctionalInterface
    private interface Follower {
        void follow(String advice, JsonNode explanation) throws IOException;
    }

    private TestNode.Configuration configuration() {
        TestNode.Configuration configuration = new TestNode.Configuration(home).autoBootstrap();
        Recordings.copyKeys(configuration.certDir());
        return configuration;
    }

    private void untilAllowed(TestNode node, Bytes appId, Follower follower) throws IOException {
        for (int step = 0; step < MOST_STEPS; step++) {
            try {
                new Guest(appId).takeKeys(node.url());
                assertThat(step).as("it was refused before").isPositive();
                return;
            } catch (RuntimeException refused) {
                JsonNode explanation = explainLastRefusal();
                assertThat(explanation.get("verdict").asText()).isEqualTo("deny");
                JsonNode answer = explanation.get("answers").get(0);
                assertThat(answer.get("decided_by").asText()).isNotEmpty();
                follower.follow(answer.get("to_allow").asText(), explanation);
            }
        }
        throw new AssertionError("all advice was followed, and it is still refused");
    }

    private JsonNode explainLastRefusal() {
        JsonNode record =
                Recordings.json(run("audit", "show", "--config", config(), "--outcome", "deny", "--last", "1", "--json")
                        .out());
        KeywardenProcess run = explain("--record", record.get("seq").asText(), "--json");
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(1);
        JsonNode explanation = Recordings.json(run.out());
        assertThat(explanation.get("notes").toString()).contains("verifies again to the same machine");
        return explanation;
    }

    @Test
    void theAllowlistNamesTheListAndTheEntry() throws IOException {
        Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
        try (TestNode node = TestNode.start(configuration().allowlist(list), "serving")) {
            untilAllowed(node, Guest.APP_ID, (advice, explanation) -> {
                Matcher step = match("add \"([^\"]+)\" to (\\S+) of (.+)", advice);
                assertThat(step.group(3)).isEqualTo(list.toString());
                ObjectNode root = (ObjectNode) Recordings.json(Files.readString(list));
                addTo(root, step.group(2), step.group(1));
                replace(list, root.toString());
            });
        }
    }

    private static void addTo(ObjectNode root, String place, String entry) {
        List<String> path = new ArrayList<>(List.of(place.split("\\.", -1)));
        String name = path.removeLast();
        ObjectNode parent = root;
        for (String step : path) {
            parent = parent.withObjectProperty(step);
        }
        if (name.equals("apps")) {
            parent.withObjectProperty(name).putObject(entry);
        } else {
            ArrayNode list = parent.withArrayProperty(name);
            list.add(entry);
        }
    }

    @Test
    void theDefaultPolicySaysWhatToWriteIntoWhichList() throws IOException {
        Path policy = Path.of(System.getProperty("keywarden.home")).resolve("policies/default.tar.gz");
        for (String list : List.of("images", "kms_measurements", "apps", "compose_hashes")) {
            Files.writeString(home.resolve(list + ".jsonl"), "");
        }
        Map<String, List<String>> entries = new HashMap<>();
        try (TestNode node = TestNode.start(configuration().policy(policy, home), "serving")) {
            untilAllowed(node, Guest.APP_ID, (advice, explanation) -> {
                for (String step : advice.split("; and ", -1)) {
                    write(step, explanation, entries);
                }
            });
        }
    }

    private void write(String advice, JsonNode explanation, Map<String, List<String>> entries) throws IOException {
        Map<String, String> machine = new HashMap<>();
        explanation
                .get("proven")
                .forEach(claim -> machine.put(
                        claim.get("name").asText(), claim.get("value").asText()));
        Map<String, String> keys = Map.of(
                "images", machine.get("os_image_hash"),
                "kms_measurements", machine.get("mr_aggregated"),
                "apps", machine.get("app_id"),
                "compose_hashes", machine.get("app_id") + "/" + machine.get("compose_hash"));
        boolean device = advice.startsWith("add the device");
        String list = device
                ? advice.contains("in the list apps") ? "apps" : "kms_measurements"
                : match(".*to the list (\\w+)", advice).group(1);
        String devices = device ? ",\"devices\":[\"" + machine.get("device_id") + "\"]" : "";
        List<String> lines = entries.computeIfAbsent(list, name -> new ArrayList<>());
        lines.removeIf(line -> line.startsWith("{\"key\":\"" + keys.get(list) + "\""));
        lines.add("{\"key\":\"" + keys.get(list) + "\"" + devices + "}");
        replace(home.resolve(list + ".jsonl"), String.join("\n", lines) + "\n");
    }

    @Test
    void theContractsOwnerIsToldWhatToAllow() throws IOException {
        try (GovernedChain chain = GovernedChain.startWithRegistry()) {
            chain.send(
                    chain.kms(),
                    "remove((bytes32,bytes32)[])",
                    "[(" + GovernedChain.list("os-image") + ",0x" + Guest.OS_IMAGE_HASH.toHex() + ")]");
            chain.send(
                    chain.app(),
                    "remove((bytes32,bytes32)[])",
                    "[(" + GovernedChain.list("compose-hash") + ",0x" + Guest.COMPOSE_HASH.toHex() + ")]");
            chain.finality();
            TestNode.Configuration governed = configuration()
                    .core("enforce_self_authorization = false")
                    .onchain("""
                            kms_contract = "%s"
                            chain_id = 31337
                            providers = ["%s"]
                            poll_interval = "0s"
                            max_clock_skew = "10m"
                            """.formatted(chain.kms(), chain.node(0).url()));
            try (TestNode node = TestNode.start(governed, "serving")) {
                untilAllowed(node, chain.appId(), (advice, explanation) -> {
                    Matcher step = match(
                            "the owner of the (?:app's )?contract (0x\\w{40}) must allow (\\S+) (0x\\w{64}); .*",
                            advice);
                    chain.send(
                            step.group(1).toLowerCase(java.util.Locale.ROOT),
                            "allow((bytes32,bytes32,uint48)[])",
                            "[(" + GovernedChain.list(step.group(2)) + "," + step.group(3) + ",0)]");
                    chain.finality();
                });
            }
        }
    }

    @Test
    void theServiceIsNamedThatMustAnswerOtherwise() throws IOException {
        try (WebhookDouble webhook = new WebhookDouble()) {
            webhook.behave(WebhookDouble.Behaviour.denyingApp("11", "not this week"));
            try (TestNode node = TestNode.start(configuration().webhook(webhook.url()), "serving")) {
                untilAllowed(node, Guest.APP_ID, (advice, explanation) -> {
                    assertThat(advice)
                            .startsWith("the service at " + webhook.url())
                            .contains("isAllowed = true");
                    assertThat(explanation.get("reason").asText()).isEqualTo("not this week");
                    webhook.behave(WebhookDouble.Behaviour.allowAll());
                });
            }
        }
    }

    /** Without a node, and without a network. */
    @Test
    void oneScreenSaysWhatAFileComesTo() throws IOException {
        Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
        TestNode.Configuration configuration = configuration().allowlist(list);
        configuration.write();
        Path evidence = Files.write(
                home.resolve("evidence.bin"),
                EnvelopeCodec.encode(new Guest(Guest.APP_ID).evidence()).toArray());

        KeywardenProcess screen = explain("--evidence", evidence.toString());
        assertThat(screen.exitCode()).isEqualTo(1);
        assertThat(screen.out())
                .as(screen.printed())
                .startsWith("DENY, OS image is not allowed")
                .contains("asked: gate rpc, GetAppKey, subject app, at ", "of allowlist (all)")
                .containsPattern("app_id +1{40} +measured")
                .containsPattern("os_image_hash +5{64} +self_asserted")
                .containsPattern("trust_anchor +\\S+ +self_asserted")
                .contains("allowlist: deny, in ")
                .contains("because     allowlist.os_image_not_allowed  OS image is not allowed")
                .contains("decided by  osImages of " + list)
                .contains("to allow    add \"0x" + "5".repeat(64) + "\" to osImages of " + list);
        assertThat(screen.out().lines().count()).isLessThan(50);
        assertThat(list).hasContent("{}");

        assertThat(explain("--evidence", evidence.toString(), "--chain", "dev").exitCode())
                .isZero();
        KeywardenProcess expired = explain("--evidence", evidence.toString(), "--at", "2080-01-01T00:00:00Z");
        assertThat(expired.exitCode()).as(expired.printed()).isEqualTo(1);
        assertThat(expired.err()).startsWith("keywarden: ");
        Path nonsense = Files.writeString(home.resolve("nonsense"), "nonsense");
        assertThat(explain("--evidence", nonsense.toString()).err()).contains(nonsense + ": no evidence");
        assertThat(explain("--record", "7").err()).contains("there is no log");
    }

    @Test
    void pastDecisionsAreReplayedUnderAnotherChain() throws IOException {
        try (WebhookDouble webhook = new WebhookDouble()) {
            Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
            TestNode.Configuration configuration = configuration()
                    .table("[core.authorization.allowlist]\nfile = \"" + list + "\"")
                    .webhook(webhook.url());
            try (TestNode node = TestNode.start(configuration, "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
                new Guest(Guest.APP_ID).takeKeys(node.url());
            }
            KeywardenProcess same = replay();
            assertThat(same.exitCode()).as(same.printed()).isZero();
            assertThat(same.out()).startsWith("0 of ").endsWith(" decisions would differ");

            KeywardenProcess other = replay("--chain", "allowlist", "--json");
            assertThat(other.exitCode()).as(other.printed()).isEqualTo(1);
            JsonNode change = Recordings.json(other.out()).get("changes").get(0);
            assertThat(change.get("old").asText()).startsWith("allow webhook.allowed");
            assertThat(change.get("new").asText()).isEqualTo("deny allowlist.os_image_not_allowed");
            assertThat(replay("--chain", "allowlist", "--since", "2080-01-01T00:00:00Z")
                            .out())
                    .isEqualTo("0 of 0 decisions would differ");
        }
    }

    private static Matcher match(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.matches()).as("advice: %s", text).isTrue();
        return matcher;
    }

    private static void replace(Path file, String content) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private String config() {
        return home.resolve("kms.toml").toString();
    }

    private KeywardenProcess explain(String... arguments) {
        return configured("explain", arguments);
    }

    private KeywardenProcess replay(String... arguments) {
        return configured("replay", arguments);
    }

    private KeywardenProcess configured(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command, "--config", config()));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private KeywardenProcess run(String... arguments) {
        return KeywardenProcess.run(home, arguments);
    }
}
