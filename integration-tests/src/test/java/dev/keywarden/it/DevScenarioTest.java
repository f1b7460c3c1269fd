package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first five minutes of a person who tries Keywarden: the quickstart, driven by its own commands. */
@Tag("blackbox")
final class DevScenarioTest {
    private static final Duration START = Duration.ofSeconds(30);
    private static final String FIRST_APP = "d0".repeat(20);
    private static final String OTHER_APP = "2222222222222222222222222222222222222222";

    @TempDir
    private Path home;

    private KeywardenProcess dev(String... more) {
        Stream<String> arguments =
                Stream.concat(Stream.of("dev", "--port", String.valueOf(Ports.free())), Stream.of(more));
        return KeywardenProcess.start(home, arguments.toList());
    }

    private KeywardenProcess getAppKey(String... more) {
        List<String> arguments =
                Stream.concat(Stream.of("get-app-key"), Stream.of(more)).toList();
        return KeywardenProcess.run(home, arguments.toArray(String[]::new));
    }

    private Path list(String name) {
        return home.resolve(".keywarden").resolve("lists").resolve(name + ".jsonl");
    }

    @Test
    void tellsWhatItDoesAndServes() {
        try (KeywardenProcess node = dev()) {
            node.awaitLine(line -> line.contains("./keywarden get-app-key"), START);
            assertThat(node.out())
                    .contains("plugin mock", "plugin rego", "pinned by the distribution")
                    .contains("onboarding at http://")
                    .contains("gate bootstrap asked about this node: allow")
                    .contains("root keys made in")
                    .contains("serving at https://localhost:");

            KeywardenProcess guest = getAppKey();
            assertThat(guest.exitCode()).as(guest.printed()).isZero();
            assertThat(guest.out()).contains("disk_crypt_key", "32 bytes", "fingerprint", " ms ");
        }
    }

    @Test
    void showsKeysOnlyWhenAskedTo() throws IOException {
        try (KeywardenProcess node = dev("--json")) {
            node.awaitLine(line -> line.contains("\"state\":\"serving\""), START);
            Path out = home.resolve("keys");
            JsonNode revealed = Recordings.json(
                    getAppKey("--json", "--reveal", "--out", out.toString()).out());
            String diskKey = revealed.path("disk_crypt_key").path("hex").asText();
            assertThat(diskKey).hasSize(64);

            JsonNode usual = Recordings.json(getAppKey("--json").out());
            assertThat(usual.path("disk_crypt_key").has("hex")).isFalse();
            assertThat(usual.toString()).doesNotContain(diskKey);
            assertThat(usual.path("disk_crypt_key").path("fingerprint"))
                    .isEqualTo(revealed.path("disk_crypt_key").path("fingerprint"));
            assertThat(getAppKey().out()).doesNotContain(diskKey);

            try (Stream<Path> files = Files.list(out)) {
                assertThat(files.toList()).hasSize(5).allSatisfy(file -> assertThat(
                                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
            }
            assertThat(Files.readAllBytes(out.resolve("disk_crypt_key"))).hasSize(32);
        }
    }

    @Test
    void revokingAnAppTakesEffectWithoutARestart() throws IOException {
        try (KeywardenProcess node = dev("--json")) {
            node.awaitLine(line -> line.contains("\"state\":\"serving\""), START);
            assertThat(getAppKey().exitCode()).isZero();

            KeywardenProcess stranger = getAppKey("--app-id", OTHER_APP);
            assertThat(stranger.exitCode()).isEqualTo(1);
            assertThat(stranger.err()).contains("App not allowed: Boot denied: app not registered");

            for (String name : List.of("apps", "compose_hashes")) {
                String entries = Files.readString(list(name));
                Files.writeString(list(name), entries + entries.replace(FIRST_APP, OTHER_APP));
            }
            assertThat(getAppKey("--app-id", OTHER_APP).exitCode()).isZero();
            assertThat(getAppKey().exitCode()).isZero();

            Files.writeString(list("apps"), "");
            KeywardenProcess revoked = getAppKey();
            assertThat(revoked.exitCode()).isEqualTo(1);
            assertThat(revoked.err()).contains("App not allowed: Boot denied: app not registered");
        }
    }

    /** A broken policy dropped over the good one is refused with a line in the log, and the good one goes on. */
    @Test
    void keepsThePolicyWhenABrokenOneIsDroppedIn() throws IOException {
        try (KeywardenProcess node = dev()) {
            node.awaitLine(line -> line.contains("serving at"), START);
            assertThat(getAppKey().exitCode()).isZero();
            Path policy = home.resolve(".keywarden").resolve("policy.tar.gz");
            Path next = Files.write(policy.resolveSibling("next"), new byte[] {1, 2, 3});
            Files.move(next, policy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            node.awaitLogLine(line -> line.contains("the one before it stays in force"), START);
            assertThat(getAppKey().exitCode()).isZero();
        }
    }

    @Test
    void revokingTheNodeItselfStopsEveryTrustedCall() throws IOException {
        try (KeywardenProcess node = dev("--json")) {
            String url = Recordings.json(node.awaitLine(line -> line.contains("\"state\":\"serving\""), START))
                    .get("url")
                    .asText();
            Files.writeString(list("kms_measurements"), "");
            String refusal = "KMS self authorization failed: KMS is not allowed: aggregated MR not allowed";
            int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
            for (String call : List.of("GetTempCaCert", "GetAppEnvEncryptPubKey?app_id=" + OTHER_APP, "GetAppKey")) {
                RawTls.Response answer = RawTls.exchange(
                        port,
                        ("GET /prpc/KMS." + call + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1),
                        null,
                        "TLSv1.3",
                        List.of("http/1.1"),
                        false);
                assertThat(answer.status()).as(call).isEqualTo(400);
                assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                        .as(call)
                        .contains(refusal);
            }
            KeywardenProcess guest = getAppKey();
            assertThat(guest.exitCode()).isEqualTo(1);
            assertThat(guest.err()).contains(refusal);
        }
    }

    @Test
    void startsAgainOnTheSameStateWithTheSameKeys() {
        String before;
        try (KeywardenProcess node = dev("--json")) {
            node.awaitLine(line -> line.contains("\"state\":\"serving\""), START);
            before = getAppKey("--json").out();
        }
        try (KeywardenProcess node = dev("--json")) {
            node.awaitLine(line -> line.contains("\"state\":\"serving\""), START);
            JsonNode after = Recordings.json(getAppKey("--json").out());
            JsonNode first = Recordings.json(before);
            for (String key : List.of("disk_crypt_key", "env_crypt_key", "k256_key", "k256_signature")) {
                assertThat(after.get(key)).as(key).isEqualTo(first.get(key));
            }
        }
    }

    @Test
    void answersPlainQuestionsWithoutANode() {
        assertThat(KeywardenProcess.run(home, "version").out()).startsWith("keywarden ");
        assertThat(Recordings.json(
                                KeywardenProcess.run(home, "version", "--json").out())
                        .has("version"))
                .isTrue();
        KeywardenProcess list = KeywardenProcess.run(home, "plugins", "list");
        assertThat(list.exitCode()).isZero();
        assertThat(list.out()).contains("mock", "webhook", "allowlist", "rego", "pinned by the distribution");
        KeywardenProcess pin = KeywardenProcess.run(home, "plugins", "pin");
        assertThat(pin.out()).startsWith("[core.plugins.pins]").contains("allowlist = \"");
        KeywardenProcess wrong = KeywardenProcess.run(home, "srve");
        assertThat(wrong.exitCode()).isEqualTo(2);
        KeywardenProcess nowhere = getAppKey();
        assertThat(nowhere.exitCode()).isEqualTo(1);
        assertThat(nowhere.err()).contains("no node was started there");
    }
}
