package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.keys.P256Key;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code keywarden sign-cert}, as a person runs it beside {@code keywarden dev}. */
@Tag("blackbox")
final class SignCertCommandTest {
    private static final Duration START = Duration.ofSeconds(30);
    private static final String OTHER_APP = "2222222222222222222222222222222222222222";

    @TempDir
    private static Path home;

    private static KeywardenProcess node;

    @BeforeAll
    static void start() {
        node = KeywardenProcess.start(home, List.of("dev", "--json", "--port", String.valueOf(Ports.free())));
        node.awaitLine(line -> line.contains("\"state\":\"serving\""), START);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static KeywardenProcess signCert(String... more) {
        return KeywardenProcess.run(
                home, Stream.concat(Stream.of("sign-cert"), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void tellsWhatItDoesAndWhatItGot() {
        KeywardenProcess run = signCert("--domain", "app.example.com");
        assertThat(run.exitCode()).as(run.printed()).isZero();
        assertThat(run.out())
                .contains("asks https://localhost:", "to certify app.example.com", " ms ", "certified:")
                .contains("CN=app.example.com", "CN=Dstack App CA,O=Dstack", "CN=Dstack KMS CA,O=Dstack")
                .contains("the key is forgotten now; --out DIR keeps it")
                .doesNotContain("PRIVATE KEY");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void writesAKeyThatOnlyItsOwnerReadsAndAChainThatHolds(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("tls");
        JsonNode result = Recordings.json(signCert(
                        "--json",
                        "--out",
                        out.toString(),
                        "--domain",
                        "app.example.com",
                        "--domain",
                        "127.0.0.1",
                        "--org",
                        "Example",
                        "--days",
                        "30",
                        "--attestation",
                        "--app-info")
                .out());
        assertThat(result.path("subject").asText()).isEqualTo("CN=app.example.com,O=Example");
        assertThat(result.path("steps").size()).isGreaterThan(4);
        assertThat(result.toString()).doesNotContain("PRIVATE KEY");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.toList()).hasSize(4).allSatisfy(SignCertCommandTest::onlyItsOwnerReads);
        }
        X509Certificate leaf = Chains.parse(Chains.pems(result)).get(0);
        assertThat(leaf.getNotAfter().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(29)), Instant.now().plus(Duration.ofDays(31)));
        assertThat(Chains.appInfo(leaf).appId().toHex()).isEqualTo("d0".repeat(20));
        try (P256Key key = P256Key.fromPem(Files.readString(out.resolve("key.pem")))) {
            assertThat(key.spki()).isEqualTo(Bytes.of(leaf.getPublicKey().getEncoded()));
        }
        assertThat(OpenSsl.run(
                        "verify",
                        "-verify_ip",
                        "127.0.0.1",
                        "-CAfile",
                        out.resolve("root.pem").toString(),
                        "-untrusted",
                        out.resolve("chain.pem").toString(),
                        out.resolve("cert.pem").toString()))
                .contains("cert.pem: OK");
        assertThat(OpenSsl.run("pkey", "-in", out.resolve("key.pem").toString(), "-noout", "-text"))
                .contains("prime256v1");
    }

    private static void onlyItsOwnerReads(Path file) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .as(file.toString())
                .isEqualTo("rw-------");
    }

    @Test
    void replacesWhatItWroteBefore(@TempDir Path folder) throws IOException {
        assertThat(signCert("--out", folder.toString()).exitCode()).isZero();
        String first = Files.readString(folder.resolve("key.pem"));
        assertThat(signCert("--out", folder.toString()).exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("key.pem"))).isNotEqualTo(first);
    }

    @Test
    void saysWhoRefusedAndWhy(@TempDir Path folder) {
        KeywardenProcess stranger = signCert("--app-id", OTHER_APP, "--out", folder.toString());
        assertThat(stranger.exitCode()).isEqualTo(1);
        assertThat(stranger.err())
                .isEqualTo(
                        "keywarden: refused: Boot denied: app not registered. To solve it: add the app to the list apps");
        assertThat(folder).isEmptyDirectory();

        KeywardenProcess impostor = signCert("--domain", "app.example.com", "--domain", "localhost");
        assertThat(impostor.exitCode()).isEqualTo(1);
        assertThat(impostor.err())
                .startsWith("keywarden: refused: Failed to sign certificate: ")
                .contains("this KMS's own domain localhost");
    }

    @Test
    void saysWhatItCouldNotReachOrWrite() throws IOException {
        KeywardenProcess nobody = signCert("--url", "https://localhost:" + Ports.free());
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err()).startsWith("keywarden: Failed to send request: https://localhost:");
        Path file = Files.createFile(home.resolve("a-file"));
        KeywardenProcess unwritable = signCert("--out", file.resolve("sub").toString());
        assertThat(unwritable.exitCode()).isEqualTo(1);
        assertThat(unwritable.err()).contains("a-file/sub: key and certificates can't be written there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--domain=", "--domain= ", "--days=0", "--days=-1", "--days=x", "--nonsense"})
    void refusesWrongUsage(String option) {
        KeywardenProcess wrong = signCert(option);
        assertThat(wrong.exitCode()).as(wrong.printed()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("keywarden: ").contains("Usage: keywarden sign-cert");
    }
}
