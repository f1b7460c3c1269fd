package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.attestation.AppInfo;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EventLogJson;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.RequestedCertificate;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.attestation.SigningRequestCodec;
import dev.keywarden.keys.P256Key;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates for applications, on the reference's keys (wire protocol, sections 2.3, 5.6, 7.7 and 7.8). */
@Tag("blackbox")
final class SignCertTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String VM_CONFIG = "{\"os_image_hash\":\"" + Guest.OS_IMAGE_HASH.toHex() + "\"}";

    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode node;
    private static TestNode.Configuration configuration;

    private final Guest guest = new Guest(Guest.APP_ID);

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        configuration = new TestNode.Configuration(directory).webhook(webhook.url());
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

    @BeforeEach
    void allow() {
        webhook.behave(WebhookDouble.Behaviour.allowAll());
    }

    private static RequestedCertificate wanted(String subject, List<String> names, boolean evidence, boolean info) {
        return new RequestedCertificate(
                Optional.empty(), subject, names, true, true, evidence, info, Optional.empty(), Optional.empty());
    }

    private SigningRequest.V2 request(RequestedCertificate wanted) {
        return new SigningRequest.V2(guest.publicKey(), wanted, guest.evidence());
    }

    private static byte[] message(int version, byte[] csr, byte[] signature, String vmConfig) {
        String body = Recordings.JSON
                .createObjectNode()
                .put("api_version", version)
                .put("csr", HEX.formatHex(csr))
                .put("signature", HEX.formatHex(signature))
                .put("vm_config", vmConfig)
                .toString();
        String head = "POST /prpc/KMS.SignCert?json HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }

    private static SSLSocket connect() throws IOException {
        return RawTls.open(node.port(), null, "TLSv1.3", List.of("http/1.1"));
    }

    private static RawTls.Response post(int version, byte[] csr, byte[] signature, String vmConfig) throws IOException {
        try (SSLSocket connection = connect()) {
            return RawTls.exchange(connection, message(version, csr, signature, vmConfig), false);
        }
    }

    private RawTls.Response send(SigningRequest request) throws IOException {
        byte[] csr = SigningRequestCodec.encode(request);
        return post(request instanceof SigningRequest.V1 ? 1 : 2, csr, guest.sign(csr), "");
    }

    private static JsonNode granted(RawTls.Response response) {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.status()).as(text).isEqualTo(200);
        return Recordings.json(text);
    }

    private static String refused(RawTls.Response response) {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.status()).as(text).isEqualTo(400);
        assertThat(text).doesNotContain("CERTIFICATE-----", "Exception", "dev.keywarden", "\tat ");
        return Recordings.json(text).path("error").asText();
    }

    @TestFactory
    Stream<DynamicTest> answersTheReferencesGuestsAsTheReferenceDid() throws IOException {
        try (Stream<Path> files = Files.list(Recordings.ROOT.resolve("r2"))) {
            return files.filter(file -> Differences.nameOf(file).startsWith("signcert-")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(Differences.nameOf(file), () -> replay(file)));
        }
    }

    private static void replay(Path file) throws IOException {
        for (JsonNode recording : Recordings.json(file)) {
            RawTls.Response response = post(
                    recording.path("api_version").asInt(),
                    HEX.parseHex(recording.path("csr").asText()),
                    HEX.parseHex(recording.path("signature").asText()),
                    recording.path("vm_config").asText());
            Chains.compare(recording.path("response"), granted(response));
        }
    }

    @Test
    void saysInTheAppInfoWhatWasVerified() throws IOException {
        JsonNode answer = granted(send(request(wanted("app.example.com", List.of(), true, true))));
        JsonNode atBoot = lastQuestion();
        byte[] getAppKey =
                "GET /prpc/GetAppKey?json HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        granted(RawTls.exchange(
                node.port(), getAppKey, guest.identity(evidence -> evidence), "TLSv1.3", List.of("http/1.1"), false));
        JsonNode now = lastQuestion();
        assertThat(atBoot.path("mrAggregated")).isNotEqualTo(now.path("mrAggregated"));
        X509Certificate leaf = Chains.parse(Chains.pems(answer)).get(0);
        AppInfo info = Chains.appInfo(leaf);
        assertThat(info.appId()).isEqualTo(Guest.APP_ID);
        assertThat(info.composeHash()).isEqualTo(Guest.COMPOSE_HASH);
        assertThat(info.instanceId()).isEqualTo(Guest.INSTANCE_ID);
        assertThat(info.osImageHash()).isEqualTo(Guest.OS_IMAGE_HASH);
        assertThat(info.deviceId().toHex()).isEqualTo(now.path("deviceId").asText());
        assertThat(info.mrSystem().toHex()).isEqualTo(now.path("mrSystem").asText());
        assertThat(info.mrAggregated().toHex())
                .isEqualTo(now.path("mrAggregated").asText());
        assertThat(info.keyProviderInfo().toHex())
                .isEqualTo(now.path("keyProviderInfo").asText());
        assertThat(RaTlsExtensions.read(leaf).attestation().orElseThrow())
                .isEqualTo(
                        RaTlsExtensions.read(leaf).attestation().orElseThrow().stripped());
    }

    private static JsonNode lastQuestion() {
        WebhookDouble.Question last = webhook.questions().getLast();
        assertThat(last.path()).endsWith("/app");
        return Recordings.json(last.body());
    }

    /** Section 14, defect 28: the reference believes the request's own configuration. */
    @Test
    void defect28TheImageInTheAppInfoIsTheOneThatWasJudged() throws IOException {
        String other = "66".repeat(32);
        byte[] csr = SigningRequestCodec.encode(request(wanted("app.example.com", List.of(), false, true)));
        JsonNode answer = granted(post(2, csr, guest.sign(csr), "{\"os_image_hash\":\"" + other + "\"}"));
        assertThat(Chains.appInfo(Chains.parse(Chains.pems(answer)).get(0))
                        .osImageHash()
                        .toHex())
                .isEqualTo(other);
        assertThat(webhook.questions().getLast().body()).contains("\"osImageHash\":\"" + other + "\"");
    }

    @Test
    void opensslAcceptsTheChain(@TempDir Path folder) throws Exception {
        for (SigningRequest request : List.of(
                request(wanted("app.example.com", List.of("app.example.com"), true, true)),
                version1(wanted("app.example.com", List.of("app.example.com", "127.0.0.1", "::1"), true, false)))) {
            byte[] csr = SigningRequestCodec.encode(request);
            int version = request instanceof SigningRequest.V1 ? 1 : 2;
            List<String> chain = Chains.pems(granted(post(version, csr, guest.sign(csr), VM_CONFIG)));
            Path leaf = Files.writeString(folder.resolve("leaf.pem"), chain.get(0));
            Path ca = Files.writeString(folder.resolve("ca.pem"), chain.get(1));
            Path root = Files.writeString(folder.resolve("root.pem"), chain.get(2));
            assertThat(OpenSsl.run(
                            "verify",
                            "-purpose",
                            "sslserver",
                            "-verify_hostname",
                            "app.example.com",
                            "-CAfile",
                            root.toString(),
                            "-untrusted",
                            ca.toString(),
                            leaf.toString()))
                    .contains("leaf.pem: OK");
            assertThat(OpenSsl.run("x509", "-in", leaf.toString(), "-noout", "-text"))
                    .contains(
                            "Version: 3",
                            "CN = app.example.com",
                            "DNS:app.example.com",
                            "TLS Web Server Authentication")
                    .contains("Issuer: O = Dstack, CN = Dstack App CA", "1.3.6.1.4.1.62397.1.3", "Digital Signature");
            assertThat(OpenSsl.run("x509", "-in", ca.toString(), "-noout", "-text"))
                    .contains(
                            "CA:TRUE, pathlen:0",
                            "Issuer: O = Dstack, CN = Dstack KMS CA",
                            "Certificate Sign, CRL Sign");
        }
    }

    private SigningRequest.V1 version1(RequestedCertificate wanted) {
        AttestationEnvelope evidence = guest.evidence();
        return new SigningRequest.V1(
                SigningRequest.CONFIRM,
                guest.publicKey(),
                wanted,
                evidence.quote(),
                EventLogJson.write(evidence.eventLog()));
    }

    @Test
    void givesOneCaCertificatePerApplication() throws IOException {
        RequestedCertificate wanted = wanted("a", List.of(), false, false);
        String first = Chains.pems(granted(send(request(wanted)))).get(1);
        assertThat(Chains.pems(granted(send(request(wanted)))).get(1)).isEqualTo(first);
    }

    @Test
    void recordsTheDecisionBeforeTheCertificateLeaves() throws IOException {
        granted(send(request(wanted("a", List.of(), false, false))));
        List<JsonNode> records = records();
        JsonNode app = records.getLast();
        JsonNode self = records.get(records.size() - 2);
        assertThat(self.path("method").asText()).isEqualTo("SignCert");
        assertThat(self.path("subject").asText()).isEqualToIgnoringCase("self");
        assertThat(app.path("method").asText()).isEqualTo("SignCert");
        assertThat(app.path("subject").asText()).isEqualToIgnoringCase("app");
        assertThat(app.toString()).contains(Guest.APP_ID.toHex());
    }

    private static List<JsonNode> records() throws IOException {
        return Files.readAllLines(configuration.records()).stream()
                .map(Recordings::json)
                .toList();
    }

    @Test
    void refusesWhatTheChainDenies() throws IOException {
        webhook.behave(WebhookDouble.Behaviour.denyingApp("1111", "revoked"));
        assertThat(refused(send(request(wanted("a", List.of(), false, false))))).isEqualTo("Boot denied: revoked");
        assertThat(records().getLast().toString()).contains("SignCert", "revoked");
        webhook.behave(WebhookDouble.Behaviour.denyingKms("retired"));
        String self = "KMS self authorization failed: KMS is not allowed: retired";
        assertThat(refused(send(request(wanted("a", List.of(), false, false))))).isEqualTo(self);
        assertThat(refused(post(2, new byte[0], new byte[0], ""))).isEqualTo(self);
        assertThat(refused(post(3, new byte[0], new byte[0], ""))).isEqualTo(self);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 255})
    void refusesOtherVersions(int version) throws IOException {
        assertThat(refused(post(version, new byte[0], new byte[0], "")))
                .isEqualTo("Unsupported API version: " + version);
    }

    @Test
    void refusesEvidenceThatBindsAnotherKey() throws IOException {
        try (P256Key other = P256Key.generate(new SecureRandom())) {
            SigningRequest stolen =
                    new SigningRequest.V2(other.spki(), wanted("a", List.of(), false, false), guest.evidence());
            byte[] csr = SigningRequestCodec.encode(stolen);
            assertThat(refused(post(2, csr, other.sign(csr), "")))
                    .isEqualTo("Quote verification failed: report data mismatch");
            assertThat(records().getLast().toString()).contains("SignCert", "report data mismatch");
            // And signed by the key the evidence binds, about the key it does not.
            assertThat(refused(post(2, csr, guest.sign(csr), "")))
                    .isEqualTo("Failed to verify csr signature: Invalid signature");
        }
    }

    @Test
    void refusesEvidenceThatDoesNotHold() throws IOException {
        AttestationEnvelope evidence = guest.evidence();
        byte[] quote = evidence.quote().toArray();
        quote[200] ^= 1;
        AttestationEnvelope tampered = new AttestationEnvelope(
                Bytes.of(quote),
                evidence.eventLog(),
                evidence.runtimeEvents(),
                evidence.reportData(),
                evidence.config());
        assertThat(refused(
                        send(new SigningRequest.V2(guest.publicKey(), wanted("a", List.of(), false, false), tampered))))
                .startsWith("Quote verification failed: ");
        AttestationEnvelope shortened = new AttestationEnvelope(
                evidence.quote(),
                evidence.eventLog(),
                evidence.runtimeEvents().subList(0, 2),
                evidence.reportData(),
                evidence.config());
        assertThat(refused(send(
                        new SigningRequest.V2(guest.publicKey(), wanted("a", List.of(), false, false), shortened))))
                .startsWith("Quote verification failed: RTMR3 mismatch, quoted: ");
    }

    @Test
    void refusesVersion1EvidenceThatDoesNotParse() throws IOException {
        SigningRequest.V1 good = version1(wanted("a", List.of(), false, false));
        assertThat(refused(send(new SigningRequest.V1(
                        good.confirm(), good.publicKey(), good.wanted(), good.quote(), Bytes.of(new byte[] {'{'})))))
                .startsWith("Failed to upgrade csr v1 to v2: Failed to parse event log");
        assertThat(refused(send(new SigningRequest.V1(
                        good.confirm(),
                        good.publicKey(),
                        good.wanted(),
                        good.quote().slice(0, 40),
                        good.eventLog()))))
                .startsWith("Failed to upgrade csr v1 to v2: no td report");
    }

    @Test
    void refusesAnotherConfirmWord() throws IOException {
        SigningRequest.V2 good = request(wanted("a", List.of(), false, false));
        assertThat(refused(send(new SigningRequest.V2(
                        "please sign this:", good.publicKey(), good.wanted(), good.evidence(), false))))
                .isEqualTo("Failed to verify csr signature: Invalid confirm word");
    }

    @Test
    void refusesKeysThatCannotSign() throws IOException {
        SigningRequest.V2 good = request(wanted("a", List.of(), false, false));
        assertThat(refused(send(new SigningRequest.V2(
                        SigningRequest.CONFIRM, Bytes.EMPTY, good.wanted(), good.evidence(), false))))
                .startsWith("Failed to verify csr signature: Failed to parse pubkey");
    }

    /** Section 14, defect 27. */
    @ParameterizedTest
    @ValueSource(strings = {"kms.test", "KMS.Test", "kms.test.", "*.test", "*.TEST."})
    void defect27AnAppDoesNotGetACertificateForTheKmsItself(String name) throws IOException {
        assertThat(refused(send(request(wanted("app.example.com", List.of("app.example.com", name), false, false)))))
                .startsWith("Failed to sign certificate: the subject alternative name ")
                .contains("this KMS's own domain kms.test");
        assertThat(refused(send(request(wanted(name, List.of(), false, false)))))
                .startsWith("Failed to sign certificate: the subject ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xkms.test", "kms.test.example.com", "*.kms.test", "*.example.com", "test", "sub.kms.test"})
    void namesBesideTheKmsAreFree(String name) throws IOException {
        granted(send(request(wanted("app.example.com", List.of(name), false, false))));
    }

    @ParameterizedTest
    @CsvSource({
        "'', a subject alternative name must be",
        "caf\u00e9.example.com, a subject alternative name must be",
        "two words, a subject alternative name must be"
    })
    void refusesNamesThatCannotBeWritten(String name, String text) throws IOException {
        assertThat(refused(send(request(wanted("a", List.of(name), false, false)))))
                .startsWith("Failed to sign certificate: " + text);
    }

    @Test
    void refusesTextsAndTimesThatMakeNoSense() throws IOException {
        assertThat(refused(send(request(wanted("a\u0000b", List.of(), false, false)))))
                .isEqualTo("Failed to sign certificate: subject has control characters");
        assertThat(refused(send(request(wanted("a".repeat(257), List.of(), false, false)))))
                .startsWith("Failed to sign certificate: subject has 257 characters");
        assertThat(refused(send(request(wanted("a", List.of("a".repeat(254)), false, false)))))
                .startsWith("Failed to sign certificate: a subject alternative name has 254 characters");
        for (long seconds : new long[] {253_402_300_800L, Long.MAX_VALUE, -1}) {
            RequestedCertificate late = new RequestedCertificate(
                    Optional.empty(),
                    "a",
                    List.of(),
                    true,
                    false,
                    false,
                    false,
                    Optional.empty(),
                    Optional.of(seconds));
            assertThat(refused(send(request(late))))
                    .startsWith("Failed to sign certificate: not_after is " + Long.toUnsignedString(seconds));
        }
    }

    @Test
    void issuesUpToTheLastSecondThatCanBeSaid() throws IOException {
        RequestedCertificate late = new RequestedCertificate(
                Optional.of("#0c0161"),
                "\\a",
                List.of(),
                true,
                false,
                false,
                false,
                Optional.of(0L),
                Optional.of(253_402_300_799L));
        X509Certificate leaf =
                Chains.parse(Chains.pems(granted(send(request(late))))).get(0);
        assertThat(leaf.getNotBefore().toInstant()).hasToString("1970-01-01T00:00:00Z");
        assertThat(leaf.getNotAfter().toInstant()).hasToString("9999-12-31T23:59:59Z");
        assertThat(HEX.formatHex(leaf.getSubjectX500Principal().getEncoded()))
                .contains("060355040a0c07" + HEX.formatHex("#0c0161".getBytes(StandardCharsets.US_ASCII)));
    }

    /** Every length of a request that is otherwise good, each signed anew so that nothing but its length is wrong. */
    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] csr = SigningRequestCodec.encode(request(wanted("a", List.of("b"), true, true)));
        try (SSLSocket connection = connect()) {
            for (int length = 0; length < csr.length; length++) {
                byte[] cut = Arrays.copyOf(csr, length);
                assertThat(refused(RawTls.exchange(connection, message(2, cut, guest.sign(cut), ""), false)))
                        .as("first %d bytes", length)
                        .startsWith("Failed to parse csr: ");
            }
            byte[] longer = Arrays.copyOf(csr, csr.length + 1);
            assertThat(refused(RawTls.exchange(connection, message(2, longer, guest.sign(longer), ""), false)))
                    .startsWith("Failed to parse csr: attestation: ")
                    .contains("railing bytes");
            granted(RawTls.exchange(connection, message(2, csr, guest.sign(csr), ""), false));
        }
    }

    /** Whatever is changed in a request after it was signed, it is refused before its evidence is looked at. */
    @Test
    void refusesEveryChangeBehindTheSignersBack() throws IOException {
        byte[] csr = SigningRequestCodec.encode(request(wanted("a", List.of("b"), true, true)));
        byte[] signature = guest.sign(csr);
        Random seeded = new Random(5);
        try (SSLSocket connection = connect()) {
            for (int sample = 0; sample < 400; sample++) {
                byte[] other = csr.clone();
                int at = seeded.nextInt(sample < 200 ? 200 : csr.length);
                other[at] ^= (byte) (1 << seeded.nextInt(8));
                assertThat(refused(RawTls.exchange(connection, message(2, other, signature, ""), false)))
                        .as("byte %d", at)
                        .matches(text -> text.startsWith("Failed to parse csr: ")
                                || text.startsWith("Failed to verify csr signature: "));
            }
            for (int length = 0; length < signature.length; length++) {
                byte[] cut = Arrays.copyOf(signature, length);
                assertThat(refused(RawTls.exchange(connection, message(2, csr, cut, ""), false)))
                        .isEqualTo("Failed to verify csr signature: Invalid signature");
            }
        }
    }

    /** A request as long as the listener takes is refused like any other, and a longer one by the listener. */
    @Test
    void refusesRequestsThatAreFarTooLarge() throws IOException {
        byte[] huge = new byte[4 << 20];
        assertThat(refused(post(2, huge, new byte[0], ""))).startsWith("Failed to parse csr: ");
        SigningRequest.V2 good = request(wanted("a", List.of(), true, false));
        AttestationEnvelope evidence = good.evidence();
        AttestationEnvelope padded = new AttestationEnvelope(
                evidence.quote(),
                evidence.eventLog(),
                evidence.runtimeEvents(),
                evidence.reportData(),
                " ".repeat(2 << 20));
        assertThat(refused(send(new SigningRequest.V2(guest.publicKey(), good.wanted(), padded))))
                .startsWith("decode app info: Failed to decode os image hash");
        granted(send(good));
    }
}
