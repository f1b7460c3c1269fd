package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What strangers send: refused with status 400 and a text, without a stack trace, and the node goes on. */
@Tag("blackbox")
final class BadInputTest {
    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode node;

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        TestNode.Configuration configuration = new TestNode.Configuration(directory).webhook(webhook.url());
        Recordings.copyKeys(configuration.certDir());
        node = TestNode.start(configuration, "serving");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        webhook.close();
    }

    private static RawTls.Response post(String method, String body, RawTls.ClientIdentity identity) throws IOException {
        byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST /prpc/" + method + "?json HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + utf8.length
                + "\r\n\r\n";
        return RawTls.exchange(
                node.port(),
                (head + body).getBytes(StandardCharsets.UTF_8),
                identity,
                "TLSv1.3",
                List.of("http/1.1"),
                false);
    }

    private static String text(RawTls.Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GetAppKey|{\"api_version\":\"1\"}",
                "GetAppKey|{\"api_version\":-1}",
                "GetAppKey|{\"api_version\":1.5}",
                "GetAppKey|{\"api_version\":4294967296}",
                "GetAppKey|{\"api_version\":1,\"api_version\":1}",
                "GetAppKey|{\"vm_config\":7}",
                "GetAppKey|{\"vm_config\":null}",
                "GetAppKey|{\"vm_config\":[]}",
                "GetAppKey|{\"vm_config\":",
                "GetAppKey|[",
                "GetAppKey|null",
                "GetAppKey|{} x",
                "GetAppEnvEncryptPubKey|{}",
                "GetAppEnvEncryptPubKey|{\"app_id\":\"\"}",
                "GetAppEnvEncryptPubKey|{\"app_id\":\"11\"}",
                "GetAppEnvEncryptPubKey|{\"app_id\":\"111111111111111111111111111111111111111\"}",
                "GetAppEnvEncryptPubKey|{\"app_id\":\"111111111111111111111111111111111111111111\"}",
                "GetAppEnvEncryptPubKey|{\"app_id\":\"zz11111111111111111111111111111111111111\"}",
                "GetAppEnvEncryptPubKey|{\"app_id\":17}",
                "GetAppEnvEncryptPubKey|{\"app_id\":null}",
                "GetAppEnvEncryptPubKey|{\"app_id\":{}}",
                "GetKmsKey|{\"vm_config\":7}",
                "GetKmsKey|{\"vm_config\":\"{\"}",
                "SignCert|{}",
                "Nonsense|{}"
            })
    void refusesFieldsThatAreWrong(String method, String body) throws IOException {
        RawTls.Response response = post(method, body, new Guest(Guest.APP_ID).identity(evidence -> evidence));
        assertThat(response.status()).as(text(response)).isEqualTo(400);
        assertThat(Recordings.json(text(response)).path("error").asText())
                .isNotBlank()
                .doesNotContain("Exception", "dev.keywarden", "\tat ");
    }

    @Test
    void defect26ReleasesToASelfSignedCertificateWhoseEvidenceHolds() throws IOException {
        RawTls.Response response = post("GetAppKey", "{}", new Guest(Guest.APP_ID).identity(evidence -> evidence));
        assertThat(response.status()).as(text(response)).isEqualTo(200);
    }

    @Test
    void refusesEvidenceOfWhichAnySignedByteIsChanged() throws IOException {
        Guest guest = new Guest(Guest.APP_ID);
        int quoteStart = 6; // version, platform, and the four-byte length of the quote
        int signedBytes = 632;
        Random seeded = new Random(7);
        for (int sample = 0; sample < 40; sample++) {
            int at = quoteStart + seeded.nextInt(signedBytes);
            int bit = 1 << seeded.nextInt(8);
            RawTls.Response response = post("GetAppKey", "{}", guest.identity(envelope -> {
                byte[] bytes = envelope.toArray();
                bytes[at] ^= (byte) bit;
                return Bytes.of(bytes);
            }));
            assertThat(response.status())
                    .as("byte %d bit %d: %s", at, bit, text(response))
                    .isEqualTo(400);
            assertThat(text(response)).doesNotContain("disk_crypt_key");
        }
    }

    @Test
    void refusesEvidenceThatBindsAnotherKey() throws IOException {
        Guest one = new Guest(Guest.APP_ID);
        Guest other = new Guest(Guest.APP_ID);
        Bytes foreign = EnvelopeCodec.encode(other.evidence().stripped());
        RawTls.Response response = post("GetAppKey", "{}", one.identity(evidence -> foreign));
        assertThat(response.status()).isEqualTo(400);
        assertThat(text(response)).contains("invalid quote: report data mismatch");
    }

    @Test
    void keepsNoKeyInAnythingItPrintedOrRecorded() throws IOException {
        RawTls.Response released = post("GetAppKey", "{}", new Guest(Guest.APP_ID).identity(evidence -> evidence));
        String diskKey = Recordings.json(text(released)).path("disk_crypt_key").asText();
        assertThat(diskKey).hasSize(64);
        byte[] root = Files.readAllBytes(Recordings.ROOT.resolve("keys-r2").resolve("root-k256.key"));
        String rootHex = HexFormat.of().formatHex(root);
        String rootBase64 = Base64.getEncoder().encodeToString(root);
        assertThat(node.process().printed()).doesNotContain(diskKey, rootHex, rootBase64);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.startsWith(directory.resolve("certs"))) {
                    continue;
                }
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(content).as(file.toString()).doesNotContain(diskKey, rootHex, rootBase64);
            }
        }
    }

    @Test
    void recordsEveryDecisionBeforeItsAnswer() throws IOException {
        Path records = directory.resolve("audit").resolve("decisions.jsonl");
        int before = Files.readAllLines(records).size();
        post("GetAppKey", "{}", new Guest(Guest.APP_ID).identity(evidence -> evidence));
        List<String> lines = Files.readAllLines(records);
        assertThat(lines).hasSizeGreaterThanOrEqualTo(before + 2);
        String last = lines.get(lines.size() - 1);
        assertThat(Recordings.json(last).path("subject").asText()).isEqualTo("app");
        assertThat(Recordings.json(last).path("boot_info").path("appId").asText())
                .isEqualTo(Guest.APP_ID.toHex());
        assertThat(Recordings.json(last)
                        .path("answers")
                        .get(0)
                        .path("authorizer")
                        .asText())
                .isEqualTo("webhook");
        long sequence = 0;
        for (String line : lines) {
            assertThat(Recordings.json(line).path("seq").asLong()).isEqualTo(sequence++);
        }
    }
}
