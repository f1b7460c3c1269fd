package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node puts on record, whether that is found again, and what becomes of a node that can't put anything on record. */
@Tag("blackbox")
final class AuditTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path home;

    private TestNode.Configuration configuration(WebhookDouble webhook) throws IOException {
        TestNode.Configuration configuration =
                new TestNode.Configuration(home).autoBootstrap().webhook(webhook.url());
        Recordings.copyKeys(configuration.certDir());
        return configuration;
    }

    @Test
    void recordsAreShownVerifiedAndTheirEvidenceIsKept() throws Exception {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration = configuration(webhook);
            Path file = configuration.records();
            try (TestNode node = TestNode.start(configuration, "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
                new Guest(Guest.APP_ID).takeKeys(node.url());
            }

            KeywardenProcess whole = audit("verify", file);
            assertThat(whole.out()).startsWith("whole: ").contains(" records of log ");
            assertThat(whole.exitCode()).isZero();
            assertThat(audit("verify", file, "--head", whole.out().replaceAll(".* up to ", ""))
                            .exitCode())
                    .isZero();
            JsonNode record = Recordings.json(audit("show", file, "--subject", "app", "--last", "1", "--json")
                    .out());
            assertThat(record.get("claims").toString()).contains("root_key_sha256", "self_asserted");
            assertThat(record.get("chain").toString()).isEqualTo("[\"webhook\"]");
            assertThat(record.get("combine").asText()).isEqualTo("all");
            String digest = record.get("evidence_sha256").asText();
            byte[] kept = Files.readAllBytes(file.resolveSibling("evidence")
                    .resolve(digest.substring(0, 2))
                    .resolve(digest));
            assertThat(Bytes.of(MessageDigest.getInstance("SHA-256").digest(kept))
                            .toHex())
                    .isEqualTo(digest);

            List<String> lines = Files.readAllLines(file);
            List<String> changed = new ArrayList<>(lines);
            changed.set(1, lines.get(1).replace("\"outcome\":\"allow\"", "\"outcome\":\"deny\""));
            Files.write(file, changed);
            KeywardenProcess found = audit("verify", file, "--json");
            assertThat(found.exitCode()).isEqualTo(1);
            assertThat(Recordings.json(found.out()).get("problems").get(0).asText())
                    .isEqualTo("decisions.jsonl:3: record 2 does not follow from the one before: one of the two was"
                            + " changed");
            Files.write(file, lines.subList(0, lines.size() - 1));
            assertThat(audit("verify", file).out()).contains("is missing at the end");
        }
    }

    @Test
    void followsRecordsAsTheyAreWritten() throws Exception {
        try (WebhookDouble webhook = new WebhookDouble();
                TestNode node = TestNode.start(configuration(webhook), "serving");
                KeywardenProcess follow = KeywardenProcess.start(
                        home,
                        List.of(
                                "audit",
                                "follow",
                                "--all",
                                "--file",
                                home.resolve("audit/decisions.jsonl").toString(),
                                "--subject",
                                "app"))) {
            new Guest(Guest.APP_ID).takeKeys(node.url());
            follow.awaitLine(line -> line.contains("allow  rpc GetAppKey app 111111111111..."), SOON);
        }
    }

    @Test
    void halfARecordIsCutOffAtStartAndThatIsSaid() throws Exception {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration = configuration(webhook);
            try (TestNode node = TestNode.start(configuration, "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
                node.process().kill();
            }
            Files.writeString(configuration.records(), "{\"v\":2,\"log\":\"", StandardOpenOption.APPEND);
            try (TestNode node = TestNode.start(configuration, "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
                assertThat(node.process().err()).contains("the last 14 bytes were half a record");
            }
            assertThat(audit("verify", configuration.records()).exitCode()).isZero();
            assertThat(audit("show", configuration.records(), "--kind", "log").out())
                    .contains("log repaired");
        }
    }

    @Test
    void aLogThatLacksItsEndStopsTheNode() throws Exception {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration = configuration(webhook);
            try (TestNode node = TestNode.start(configuration, "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
            }
            List<String> lines = Files.readAllLines(configuration.records());
            Files.write(configuration.records(), lines.subList(0, lines.size() - 1));

            try (KeywardenProcess refused = TestNode.launch(configuration)) {
                assertThat(refused.awaitEnd(Duration.ofSeconds(30))).isEqualTo(1);
                assertThat(refused.err()).contains("but had records up to").contains("keywarden audit verify");
            }
        }
    }

    /** No key leaves a node whose disk is full, however often it is asked; when there is room again it serves on. */
    @Test
    void aFullDiskStopsKeysAndTheNodeRecovers() throws Exception {
        Path disk = Files.createDirectory(home.resolve("audit"));
        assumeTrue(mount(disk), "needs the right to mount a tmpfs");
        try (WebhookDouble webhook = new WebhookDouble()) {
            // Without evidence nothing on this disk could make room.
            TestNode.Configuration configuration = configuration(webhook).audit("evidence_bytes = 0");
            try (TestNode node = TestNode.start(configuration, "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
                Path filler = disk.resolve("filler");
                fill(filler);

                for (int i = 0; i < 5; i++) {
                    assertThatThrownBy(() -> new Guest(Guest.APP_ID).takeKeys(node.url()))
                            .hasMessageContaining("No space left on device")
                            .hasMessageContaining("so nothing is released");
                }
                node.process()
                        .awaitLogLine(line -> line.contains("decisions can't be recorded, so no key leaves"), SOON);

                Files.delete(filler);
                node.process().awaitLogLine(line -> line.contains("decisions can be recorded again"), SOON);
                new Guest(Guest.APP_ID).takeKeys(node.url());
            }
            assertThat(audit("verify", configuration.records()).exitCode()).isZero();
            assertThat(audit("show", configuration.records(), "--kind", "log").out())
                    .contains("log recovered")
                    .contains("No space left on device");
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static boolean mount(Path disk) throws IOException, InterruptedException {
        return run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk.toString()) == 0;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }

    private static void fill(Path filler) {
        byte[] page = new byte[512];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space");
        }
    }

    private KeywardenProcess audit(String command, Path file, String... more) {
        List<String> arguments = new ArrayList<>(List.of("audit", command, "--file", file.toString()));
        arguments.addAll(List.of(more));
        return KeywardenProcess.run(home, arguments.toArray(String[]::new));
    }
}
