package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key directory in which something is missing, broken, or open to others; and one that a crash left behind. */
@Tag("blackbox")
final class KeyDirectoryFaultsTest {
    private static final Duration END = Duration.ofSeconds(30);
    private static final long MOMENT_NANOS = 200_000;

    @TempDir
    private Path home;

    private WebhookDouble webhook;
    private TestNode.Configuration configuration;

    @BeforeEach
    void configure() {
        webhook = new WebhookDouble();
        configuration = new TestNode.Configuration(home).webhook(webhook.url());
    }

    @AfterEach
    void stop() {
        webhook.close();
    }

    private Path file(String name) {
        return configuration.certDir().resolve(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root-ca.crt", "tmp-ca.crt", "tmp-ca.key", "rpc.crt", "rpc.key", "bootstrap-info.json"})
    void makesAgainWhatFollowsFromTheRootKeys(String name) throws IOException {
        Recordings.copyKeys(configuration.certDir());
        byte[] rootKey = Files.readAllBytes(file("root-k256.key"));
        Files.delete(file(name));
        // The name to serve; it is never read as leave to make new root keys.
        configuration.autoBootstrap();
        try (TestNode node = TestNode.start(configuration, "serving")) {
            assertThat(Guest.tempCa(node.url()).getCaCert()).contains("BEGIN CERTIFICATE");
        }
        assertThat(file("root-k256.key")).hasBinaryContent(rootKey);
    }

    @ParameterizedTest
    @CsvSource({
        "root-ca.key, missing",
        "root-k256.key, missing",
        "root-ca.key, garbage",
        "root-k256.key, garbage",
        "root-ca.key, empty",
        "root-k256.key, empty",
        "root-ca.key, mode",
        "root-k256.key, mode",
        "tmp-ca.key, mode",
        "rpc.key, mode"
    })
    void refusesToStartWithABrokenRootAndTouchesNothing(String name, String fault) throws IOException {
        Recordings.copyKeys(configuration.certDir());
        switch (fault) {
            case "missing" -> Files.delete(file(name));
            case "garbage" -> Files.writeString(file(name), "not a key");
            case "empty" -> Files.write(file(name), new byte[0]);
            default -> Files.setPosixFilePermissions(file(name), PosixFilePermissions.fromString("rw-r--r--"));
        }
        byte[] certificate = Files.readAllBytes(file("rpc.crt"));
        try (KeywardenProcess node = TestNode.launch(configuration)) {
            assertThat(node.awaitEnd(END)).as(node.printed()).isEqualTo(1);
            assertThat(node.err()).contains(name).doesNotContain("\tat ", "Exception");
            if (fault.equals("mode")) {
                assertThat(node.err()).contains("chmod 600");
            }
        }
        assertThat(file("rpc.crt")).hasBinaryContent(certificate);
    }

    @Test
    void defect6NeverMakesRootKeysWhereOneIs() throws IOException {
        Recordings.copyKeys(configuration.certDir());
        byte[] ca = Files.readAllBytes(file("root-ca.key"));
        Files.delete(file("root-k256.key"));
        configuration.autoBootstrap();
        try (KeywardenProcess node = TestNode.launch(configuration)) {
            assertThat(node.awaitEnd(END)).as(node.printed()).isEqualTo(1);
        }
        assertThat(file("root-ca.key")).hasBinaryContent(ca);
        assertThat(file("root-k256.key")).doesNotExist();
    }

    /** Kills a node at some moment of its bootstrap, many times; each time the next start must make something of it. */
    @Test
    void aKillDuringBootstrapLeavesNothingOrEverything() throws Exception {
        configuration.autoBootstrap();
        int served = 0;
        for (int round = 0; round < 8; round++) {
            Path certs = configuration.certDir();
            KeywardenProcess doomed = TestNode.launch(configuration);
            awaitFirstFile(certs, doomed);
            doomed.kill();
            try (TestNode node = TestNode.start(configuration, "serving")) {
                JsonNode before = Recordings.json(file("bootstrap-info.json"));
                assertThat(before.get("k256_pubkey").asText()).hasSize(66);
                assertThat(Guest.tempCa(node.url()).getCaCert()).contains("BEGIN CERTIFICATE");
                served++;
            }
            assertThat(HexFormat.of().formatHex(Files.readAllBytes(file("root-k256.key"))))
                    .hasSize(64);
            deleteAll(certs);
        }
        assertThat(served).isEqualTo(8);
    }

    private static void awaitFirstFile(Path certs, KeywardenProcess process) {
        Await.until(END, MOMENT_NANOS, () -> !process.isAlive() || hasStaged(certs));
    }

    private static boolean hasStaged(Path certs) {
        if (!Files.isDirectory(certs)) {
            return false;
        }
        try (var files = Files.list(certs)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(".staging"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
