package dev.keywarden.plugin.tdx;

import static dev.keywarden.plugin.tdx.Samples.NOW;
import static dev.keywarden.plugin.tdx.Samples.REPORT_DATA;
import static dev.keywarden.plugin.tdx.Samples.TEE;
import static dev.keywarden.plugin.tdx.Samples.file;
import static dev.keywarden.plugin.tdx.Samples.inFile;
import static dev.keywarden.plugin.tdx.Samples.read;
import static dev.keywarden.plugin.tdx.Samples.services;
import static dev.keywarden.plugin.tdx.Samples.settings;
import static dev.keywarden.plugin.tdx.Samples.softwareEvidence;
import static dev.keywarden.plugin.tdx.Samples.softwareRoot;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.attestation.VerifiedMachine;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.softtee.SoftwarePccs.Answer;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Attestation.Binding;
import dev.keywarden.spi.Attestation.Claim;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import dev.keywarden.testkit.FakePccs;
import dev.keywarden.testkit.FakePluginContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TdxVerifierTest {
    private static final Instant INTEL_TIME = Instant.parse("2025-07-01T00:00:00Z");
    private static final Instant SIMULATOR_TIME = Instant.parse("2026-11-24T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private final Path folder;
    private final FakePccs pccs;
    private final List<AutoCloseable> open = new ArrayList<>();

    TdxVerifierTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.pccs = FakePccs.serving(new SoftwarePccs(TEE), CLOCK);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        pccs.close();
    }

    @Test
    void verifiesTheQuoteOfARealPlatform() {
        Attestation attestation = intel().verifier().verify(Samples.intelEvidence(), INTEL_TIME);

        assertThat(attestation.tcbStatus()).isEqualTo("UpToDate");
        assertThat(attestation.advisoryIds()).isEmpty();
        assertThat(attestation.platformId().toHex()).startsWith("811dca2a");
        assertThat(attestation.measurements()).hasSize(8).containsKey("mrtd");
        assertThat(attestation.validUntil()).isEqualTo("2025-07-19T10:00:35Z");
        assertThat(claims(attestation))
                .containsEntry("trust_anchor", "intel")
                .containsEntry("fmspc", "b0c06f000000")
                .containsEntry("tcb_evaluation_data_number", "17")
                .containsKeys("collateral_sha256", "platform_tcb", "qe_tcb", "tdx_module_tcb", "mr_seam");
        assertThat(attestation.claims()).allMatch(claim -> claim.binding() == Binding.HARDWARE);
    }

    @Test
    void refusesThatQuoteWhenItsCollateralHasLapsed() {
        assertRefused(intel(), Samples.intelEvidence(), INTEL_TIME.plus(Duration.ofDays(30)), "CRL_EXPIRED");
    }

    @Test
    void refusesSoftwareEvidenceUnderIntelsRoot() {
        assertRefused(intel(), softwareEvidence(), NOW, "ROOT_NOT_TRUSTED");
    }

    @Test
    void fetchesCollateralForPlatformsUnderItsRootAlone() {
        AttestationBackend other = backend(settings(List.of(file(folder, "simulator-root.pem")), services(pccs.url())));

        assertRefused(other, softwareEvidence(), NOW, "ROOT_NOT_TRUSTED");
        assertThat(pccs.requests()).isEmpty();
    }

    @Test
    void verifiesSoftwareEvidenceUnderAnInsecureRootAndSaysThatNothingStandsBehindIt() {
        Attestation attestation = software().verifier().verify(softwareEvidence(), NOW);

        assertThat(attestation.reportData()).isEqualTo(REPORT_DATA);
        assertThat(attestation.tcbStatus()).isEqualTo("UpToDate");
        assertThat(claims(attestation)).containsEntry("trust_anchor", "software");
        assertThat(attestation.claims()).allMatch(claim -> claim.binding() == Binding.SELF_ASSERTED);
        assertThat(pccs.requests()).hasSize(4);
    }

    @Test
    void fetchesOnceForManyQuotesOfAPlatform() {
        AttestationBackend backend = software();
        for (int guest = 0; guest < 20; guest++) {
            Bytes reportData = Bytes.fromHex("%02x".formatted(guest).repeat(64));
            Evidence evidence = EnvelopeCodec.toEvidence(
                    TEE.attest(SimulatedMachine.builder().build(), reportData));
            assertThat(backend.verifier().verify(evidence, NOW).reportData()).isEqualTo(reportData);
        }
        assertThat(pccs.requests()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simulator-v0.bin", "simulator-v1.bin"})
    void verifiesEvidenceAndCollateralOfAnotherSoftwareTee(String name) throws IOException {
        pccs.become(recorded());
        AttestationBackend backend =
                backend(settings(List.of(file(folder, "simulator-root.pem")), services(pccs.url())));
        Bytes envelope = Bytes.of(read(name));

        Attestation attestation = backend.verifier().verify(new Evidence("dstack-tdx", envelope), SIMULATOR_TIME);

        assertThat(attestation.tcbStatus()).isEqualTo("UpToDate");
        assertThat(VerifiedMachine.of(EnvelopeCodec.decode(envelope), attestation, "tdx"))
                .isNotNull();
    }

    @Test
    void endsWithItsOwnCodeWhateverTheServiceDoes() {
        FakePccs.Behaviour right = FakePccs.right(new SoftwarePccs(TEE), CLOCK);
        Map<FakePccs.Behaviour, String> cases = new HashMap<>();
        cases.put(FakePccs.status(404, Map.of()), "COLLATERAL_UNKNOWN_PLATFORM");
        cases.put(FakePccs.status(410, Map.of()), "COLLATERAL_GONE");
        cases.put(FakePccs.status(500, Map.of()), "COLLATERAL_UNAVAILABLE");
        cases.put(pccs.hanging(), "no answer in time");
        cases.put(FakePccs.truncating(new SoftwarePccs(TEE), CLOCK), "COLLATERAL_UNAVAILABLE");
        cases.put(
                FakePccs.except("/rootcacrl", new Answer(200, Map.of(), "lies".getBytes(UTF_8)), right),
                "COLLATERAL_MALFORMED");
        cases.put(
                FakePccs.right(new SoftwarePccs(TEE), InstantSource.fixed(NOW.minus(Duration.ofDays(60)))),
                "CRL_EXPIRED");
        cases.put(
                FakePccs.right(new SoftwarePccs(TEE, forge -> forge.tcbInfo().set("fmspc", "000000000000")), CLOCK),
                "FMSPC_MISMATCH");
        cases.put(
                FakePccs.right(
                        new SoftwarePccs(TEE, forge -> forge.tcbInfoText(text -> text)
                                .tcbInfoSigner(TEE.pki().rootKey())),
                        CLOCK),
                "TCB_INFO_SIGNATURE_INVALID");
        cases.forEach((behaviour, code) -> {
            pccs.become(behaviour);
            boolean hangs = code.startsWith("no answer");
            assertRefused(hangs ? software(Duration.ofMillis(300)) : software(), softwareEvidence(), NOW, code);
        });
    }

    @Test
    void refusesRevokedPlatformsAsSoonAsTheListSaysSo() {
        pccs.become(FakePccs.right(
                new SoftwarePccs(TEE, forge -> forge.pckCrl().revoke(TEE.pki().leafSerial(PckCa.PLATFORM, ""), 1)),
                CLOCK));

        assertRefused(software(), softwareEvidence(), NOW, "CERT_REVOKED");
    }

    @Test
    void reportsWhatIsBehindAndByHowMuch() {
        pccs.become(FakePccs.right(
                new SoftwarePccs(TEE, forge -> forge.tcbInfo().set("tcbLevels/0/tcb/pcesvn", 60_000)), CLOCK));

        Attestation attestation = software().verifier().verify(softwareEvidence(), NOW);

        assertThat(attestation.tcbStatus()).isNotEqualTo("UpToDate");
        assertThat(claims(attestation).get("tcb_distance")).contains("PCESVN", "needs 60000");
    }

    @Test
    void refusesDebuggableTdsInTheWordsThatClientsLookFor() {
        Evidence evidence = EnvelopeCodec.toEvidence(TEE.attest(
                SimulatedMachine.builder().build(),
                REPORT_DATA,
                quote -> quote.body(body -> {
                    body[120] |= 1;
                    return body;
                })));

        assertThatExceptionOfType(PluginException.class)
                .isThrownBy(() -> software().verifier().verify(evidence, NOW))
                .withMessage("Debug mode is not allowed");
    }

    /** The reference's verifier of another platform gives its device id as it comes, which no list of devices holds. */
    @Test
    void defect30GivesTheDeviceIdThatListsOfDevicesHold() throws GeneralSecurityException {
        Evidence evidence = softwareEvidence();
        Attestation attestation = software().verifier().verify(evidence, NOW);

        Bytes deviceId = VerifiedMachine.of(EnvelopeCodec.decode(evidence.envelope()), attestation, "tdx")
                .bootInfo("", MeasurementPoint.RUNTIME)
                .deviceId();
        assertThat(attestation.platformId().length()).isEqualTo(16);
        assertThat(deviceId.toArray())
                .isEqualTo(MessageDigest.getInstance("SHA-256")
                        .digest(attestation.platformId().toArray()));
    }

    /** The reference's verifier of another platform reads registers again from the document as it was sent. */
    @Test
    void defect31ReadsRegistersFromTheQuoteThatWasVerified() {
        AttestationEnvelope right = EnvelopeCodec.decode(softwareEvidence().envelope());
        Bytes claimed = Bytes.fromHex("08".repeat(64));
        AttestationEnvelope liar =
                new AttestationEnvelope(right.quote(), List.of(), List.of(), claimed, "{\"os_image_hash\":\"00\"}");

        Attestation attestation = software().verifier().verify(EnvelopeCodec.toEvidence(liar), NOW);
        assertThat(attestation.reportData()).isEqualTo(REPORT_DATA);
        assertThat(attestation.measurements())
                .containsEntry("mrtd", right.quote().slice(184, 48))
                .containsEntry("rtmr0", right.quote().slice(376, 48))
                .containsEntry("rtmr3", right.quote().slice(520, 48));
        assertThatExceptionOfType(AttestationRejected.class)
                .isThrownBy(() -> VerifiedMachine.of(liar, attestation, "tdx"));
    }

    @Test
    void worksOnAfterARestartWithoutNetwork() {
        AttestationBackend first = software();
        first.verifier().verify(softwareEvidence(), NOW);
        pccs.become(FakePccs.status(503, Map.of()));

        assertThat(software().verifier().verify(softwareEvidence(), NOW).tcbStatus())
                .isEqualTo("UpToDate");
    }

    @Test
    void refusesRootsThatNobodyCalledInsecure() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> new TdxSettings(null, List.of(softwareRoot(folder)), null, null, null, null, null, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("insecure_allow_external_trust_anchors");
    }

    @Test
    void stopsAtRootsThatAreNone() throws IOException {
        Path noRoot = Files.writeString(folder.resolve("none.pem"), "none");

        assertThatExceptionOfType(PluginException.class)
                .isThrownBy(() -> backend(settings(List.of(noRoot), services(pccs.url()))))
                .withMessageContaining(noRoot.toString())
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MISCONFIGURED));
    }

    private AttestationBackend intel() {
        return backend(settings(List.of(), inFile(file(folder, "tdx_quote_collateral.json"))));
    }

    private AttestationBackend software() {
        return software(Duration.ofSeconds(20));
    }

    private AttestationBackend software(Duration timeout) {
        CollateralTable table = new CollateralTable(
                List.of(pccs.url()), null, null, null, null, null, timeout, Duration.ofSeconds(30), null, null);
        return backend(settings(List.of(softwareRoot(folder)), table));
    }

    private AttestationBackend backend(TdxSettings settings) {
        FakePluginContext context =
                FakePluginContext.with(settings).clock(CLOCK).scratchDirectory(folder.resolve("scratch"));
        AttestationBackend backend =
                new TdxPlugin(Map.of()).attestationBackends(context).getFirst();
        open.add(backend);
        return backend;
    }

    private static void assertRefused(AttestationBackend backend, Evidence evidence, Instant now, String code) {
        assertThatExceptionOfType(PluginException.class)
                .isThrownBy(() -> backend.verifier().verify(evidence, now))
                .withMessageContaining(code);
    }

    private static Map<String, String> claims(Attestation attestation) {
        Map<String, String> claims = new HashMap<>();
        for (Claim claim : attestation.claims()) {
            assertThat(claims.put(claim.name(), claim.value())).as(claim.name()).isNull();
        }
        return claims;
    }

    /** The answers of the simulator's service as recorded, byte for byte. */
    private static FakePccs.Behaviour recorded() {
        Matcher entries = Pattern.compile("\"(/[^\"]+)\":\\s*\\{\\s*\"raw_hex\":\\s*\"([0-9a-f]+)\"")
                .matcher(new String(read("simulator-pccs.json"), UTF_8));
        Map<String, Answer> answers = new HashMap<>();
        while (entries.find()) {
            answers.put(entries.group(1), answer(HexFormat.of().parseHex(entries.group(2))));
        }
        return (path, exchange) -> {
            Answer answer = answers.getOrDefault(path, new Answer(404, Map.of(), new byte[0]));
            FakePccs.except("", answer, (ignored, none) -> {}).serve(path, exchange);
        };
    }

    private static Answer answer(byte[] raw) {
        String text = new String(raw, java.nio.charset.StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        Map<String, String> headers = new HashMap<>();
        for (String line : text.substring(0, end).split("\r\n", -1)) {
            int colon = line.indexOf(": ");
            if (colon > 0 && line.contains("issuer-chain")) {
                headers.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return new Answer(200, headers, java.util.Arrays.copyOfRange(raw, end + 4, raw.length));
    }
}
