package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The texts of wire protocol, section 2.4, that no scenario of the guide comes by: a node that can't attest itself, one that
 * bootstraps itself, and callers whose evidence does not hold.
 */
@Tag("blackbox")
final class WordsOfRefusalTest {
    private static final Duration END = Duration.ofSeconds(30);

    /** No evidence is made or verified in that time, as if the machine's own service were gone. */
    private static final String NO_EVIDENCE = "timeout = \"1ms\"";

    @TempDir
    private Path home;

    private final WebhookDouble webhook = new WebhookDouble();

    @AfterEach
    void stop() {
        webhook.close();
    }

    private TestNode.Configuration configuration() {
        return new TestNode.Configuration(home).webhook(webhook.url());
    }

    private TestNode onReferencesKeys(TestNode.Configuration configuration) {
        Recordings.copyKeys(configuration.certDir());
        return TestNode.start(configuration, "serving");
    }

    @Test
    void aNodeThatMayNotBootstrapItselfEndsAndSaysSo() {
        webhook.behave(WebhookDouble.Behaviour.denyingKms("not this one"));
        TestNode.Configuration configuration = configuration().autoBootstrap();
        try (KeywardenProcess node = TestNode.launch(configuration)) {
            assertThat(node.awaitEnd(END)).as(node.printed()).isEqualTo(1);
            assertThat(node.err()).contains("KMS is not allowed to auto-bootstrap: Boot denied: not this one");
        }
        assertThat(configuration.certDir().resolve("root-ca.key")).doesNotExist();
        assertThat(configuration.certDir().resolve("root-k256.key")).doesNotExist();
    }

    /** Section 14, defect 37: the reference writes no record on this path. */
    @Test
    void defect37ANodeThatBootstrapsItselfPublishesTheRecordOfItsKeys() throws IOException {
        TestNode.Configuration configuration = configuration().autoBootstrap();
        try (TestNode node = TestNode.start(configuration, "serving")) {
            JsonNode record = Recordings.json(configuration.certDir().resolve("bootstrap-info.json"));
            assertThat(record.path("attestation").asText()).isNotEmpty();
            JsonNode meta = Recordings.json(text(get(node, "GetMeta", null)));
            assertThat(meta.path("bootstrap_info")).isEqualTo(record);
            assertThat(meta.path("k256_pubkey")).isEqualTo(record.path("k256_pubkey"));
        }
    }

    @Test
    void aNodeThatCannotAttestItselfDoesNotBootstrap() {
        try (TestNode node = TestNode.start(configuration().attestation(NO_EVIDENCE), "onboarding")) {
            assertThat(new OnboardClient(node.url()).bootstrap(GatedNode.DOMAIN).error())
                    .startsWith("KMS is not allowed to bootstrap: Failed to build local KMS boot info:"
                            + " Failed to get local KMS attestation: ")
                    .contains("mock");
        }
        assertThat(webhook.questions()).noneMatch(question -> question.path().endsWith("/kms"));
    }

    @Test
    void aNodeThatCannotAttestItselfReleasesNothing() throws IOException {
        try (TestNode node =
                onReferencesKeys(configuration().core("attest_rpc_cert = false").attestation(NO_EVIDENCE))) {
            assertThat(text(get(node, "GetTempCaCert", null)))
                    .contains("KMS self authorization failed: Failed to load cached self boot info:"
                            + " Failed to get local KMS attestation: ");
        }
    }

    /** Section 14, defect 12: the reference's older revision serves on, with a certificate that attests nothing. */
    @Test
    void defect12ANodeWhoseCertificateCannotBeAttestedDoesNotStart() {
        TestNode.Configuration configuration = configuration().attestation(NO_EVIDENCE);
        Recordings.copyKeys(configuration.certDir());
        try (KeywardenProcess node = TestNode.launch(configuration)) {
            assertThat(node.awaitEnd(END)).as(node.printed()).isEqualTo(1);
            assertThat(node.err()).contains("Failed to get ").contains("mock").doesNotContain("\tat ");
            assertThat(node.out()).doesNotContain("\"state\":\"serving\"");
        }
    }

    @Test
    void evidenceThatDoesNotHoldIsNamedForWhatIsWrongWithIt() throws IOException {
        try (TestNode node = onReferencesKeys(configuration())) {
            assertThat(refusal(node, shortened()))
                    .matches(Pattern.compile(
                            "invalid quote: RTMR3 mismatch, quoted: [0-9a-f]{96}, replayed: [0-9a-f]{96}"));
            assertThat(refusal(node, new Guest(Guest.APP_ID).claimingOtherReportData()))
                    .isEqualTo("invalid quote: tdx report_data mismatch");
            assertThat(refusal(node, new Guest(Guest.APP_ID).debugged()))
                    .isEqualTo("invalid quote: Debug mode is not allowed");
            assertThat(refusal(node, null)).isEqualTo("App not allowed: No attestation provided");
        }
    }

    private static RawTls.ClientIdentity shortened() {
        return changed(evidence -> new AttestationEnvelope(
                evidence.quote(),
                evidence.eventLog(),
                evidence.runtimeEvents().subList(0, 2),
                evidence.reportData(),
                evidence.config()));
    }

    private static RawTls.ClientIdentity changed(UnaryOperator<AttestationEnvelope> change) {
        return new Guest(Guest.APP_ID)
                .identity(encoded -> EnvelopeCodec.encode(change.apply(EnvelopeCodec.decode(encoded))));
    }

    private static String refusal(TestNode node, RawTls.ClientIdentity caller) throws IOException {
        RawTls.Response response = get(node, "GetAppKey", caller);
        assertThat(response.status()).as(text(response)).isEqualTo(400);
        return Recordings.json(text(response)).path("error").asText();
    }

    private static RawTls.Response get(TestNode node, String method, RawTls.ClientIdentity caller) throws IOException {
        byte[] request = ("GET /prpc/" + method + "?json HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        return RawTls.exchange(node.port(), request, caller, "TLSv1.3", List.of("http/1.1"), false);
    }

    private static String text(RawTls.Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
