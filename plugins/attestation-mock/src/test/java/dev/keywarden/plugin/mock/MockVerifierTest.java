package dev.keywarden.plugin.mock;

import static dev.keywarden.plugin.mock.Recordings.NOW;
import static dev.keywarden.plugin.mock.Recordings.OTHER_SEED;
import static dev.keywarden.plugin.mock.Recordings.REPORT_DATA;
import static dev.keywarden.plugin.mock.Recordings.SEED;
import static dev.keywarden.plugin.mock.Recordings.backend;
import static dev.keywarden.plugin.mock.Recordings.evidence;
import static dev.keywarden.plugin.mock.Recordings.read;
import static dev.keywarden.plugin.mock.Recordings.rejection;
import static dev.keywarden.plugin.mock.Recordings.trustingTheSimulators;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.attestation.VerifiedMachine;
import dev.keywarden.softtee.QuoteForge;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwarePki;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Attestation.Binding;
import dev.keywarden.spi.Attestation.Claim;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MockVerifierTest {
    private static final SoftwareTee TEE = SoftwareTee.fromSeed(SEED.toArray());

    private final AttestationVerifier verifier = backend(SEED).verifier();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v0",
                "v1",
                "v1-ev2",
                "legacy",
                "v0-stripped",
                "v1-stripped",
                "v1-ev2-stripped",
                "legacy-stripped",
                "simulator"
            })
    void acceptsTheReferencesEvidenceUnderItsSeedAndUnderItsRoot(String recording) {
        for (MockBackend backend : List.of(backend(SEED), trustingTheSimulators(OTHER_SEED))) {
            Attestation attestation = backend.verifier().verify(evidence(recording), NOW);

            assertThat(attestation.platform()).isEqualTo("dstack-tdx");
            assertThat(attestation.tcbStatus()).isEqualTo("UpToDate");
            assertThat(attestation.advisoryIds()).isEmpty();
            assertThat(attestation.platformId()).isEqualTo(Bytes.fromHex("00".repeat(16)));
            assertThat(attestation.measurements())
                    .containsOnlyKeys(
                            "mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3", "mrconfigid", "mrowner", "mrownerconfig")
                    .allSatisfy((name, value) -> assertThat(value.length()).isEqualTo(48));
        }
        assertThat(rejection(() -> backend(OTHER_SEED).verifier().verify(evidence(recording), NOW)))
                .startsWith("ROOT_NOT_TRUSTED (root)")
                .contains("core.attestation.mock.roots");
    }

    /** What the reference told its webhook of the same evidence ({@code bootAuth/app}). */
    @ParameterizedTest
    @ValueSource(strings = {"v0", "v1"})
    void givesTheBootInfoThatTheReferenceGave(String recording) {
        AttestationEnvelope envelope = EnvelopeCodec.decode(evidence(recording).envelope());
        Attestation attestation = verifier.verify(evidence(recording), NOW);
        BootInfo info = VerifiedMachine.of(envelope, attestation, "mock").bootInfo("", MeasurementPoint.RUNTIME);

        assertThat(info.attestationMode()).isEqualTo("dstack-tdx");
        assertThat(info.deviceId().toHex())
                .isEqualTo("374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb");
        assertThat(info.mrAggregated().toHex())
                .isEqualTo("462b2ee69ea4f3e90e1adc5b9aa13bf2e2b5af7dc4d1d5005bd6b2d3f662543f");
        assertThat(info.mrSystem().toHex())
                .isEqualTo("29aafced5e514706f7f6177da030bf9138ea7a1f927be73b34b2cfb023ab4e5b");
        assertThat(info.osImageHash().toHex()).isEqualTo("55".repeat(32));
        assertThat(info.appId().toHex()).isEqualTo("11".repeat(20));
        assertThat(info.tcbStatus()).isEqualTo("UpToDate");
    }

    @Test
    void refusesGenuineEvidence() {
        for (MockBackend backend : List.of(backend(SEED), trustingTheSimulators(OTHER_SEED))) {
            assertThat(rejection(() -> backend.verifier().verify(evidence("genuine"), NOW)))
                    .startsWith("ROOT_NOT_TRUSTED (root)");
        }
    }

    @Test
    void returnsTheReportDataThatWasSignedWhateverTheEnvelopeSays() {
        AttestationEnvelope envelope = TEE.attest(machine(), REPORT_DATA);
        Bytes claimed = Bytes.fromHex("08".repeat(64));
        AttestationEnvelope liar = new AttestationEnvelope(
                envelope.quote(), envelope.eventLog(), envelope.runtimeEvents(), claimed, envelope.config());

        assertThat(verifier.verify(EnvelopeCodec.toEvidence(liar), NOW).reportData())
                .isEqualTo(REPORT_DATA);
        Attestation recorded = verifier.verify(evidence("bad-report-data"), NOW);
        assertThat(recorded.reportData())
                .isEqualTo(EnvelopeCodec.decode(evidence("bad-report-data").envelope())
                        .quote()
                        .slice(568, 64));
    }

    @Test
    void saysOfNoClaimThatHardwareStandsBehindIt() {
        assertThat(verifier.verify(evidence("v0"), NOW).claims())
                .allMatch(claim -> claim.binding() == Binding.SELF_ASSERTED)
                .contains(new Claim("trust_anchor", "software", Binding.SELF_ASSERTED))
                .extracting(Claim::name)
                .containsExactly("trust_anchor", "root_key_sha256", "fmspc");
    }

    @Test
    void limitsHowLongAResultHolds() {
        Evidence evidence = EnvelopeCodec.toEvidence(TEE.attest(machine(), REPORT_DATA));

        assertThat(verifier.verify(evidence, NOW).validUntil()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
        assertThat(verifier.verify(evidence, SoftwarePki.VALID_UNTIL.minusSeconds(9))
                        .validUntil())
                .isEqualTo(SoftwarePki.VALID_UNTIL);
        assertThat(rejection(() -> verifier.verify(evidence, SoftwarePki.VALID_UNTIL.plusSeconds(1))))
                .startsWith("CERT_EXPIRED");
        assertThat(rejection(() -> verifier.verify(evidence, SoftwarePki.VALID_FROM.minusSeconds(1))))
                .startsWith("CERT_NOT_YET_VALID");
    }

    @ParameterizedTest
    @CsvSource({
        "120, 01, Debug mode is not allowed",
        "64, 01, Invalid mr signer seam",
        "111, 80, Invalid mr signer seam",
        "123, 00, the TD must run with SEPT_VE_DISABLE (attribute bit 28)",
        "123, 30, TD attributes that are not allowed: MIGRATABLE (bit 29)"
    })
    void refusesATdThatIsSetUpUnsafely(int index, String value, String message) {
        Evidence evidence = forged(quote -> quote.body(body -> with(body, index, value)));

        assertThat(rejection(() -> verifier.verify(evidence, NOW))).endsWith(message);
    }

    @Test
    void usesTheWordsThatClientsLookForAndNoOthers() {
        Evidence debug = forged(quote -> quote.body(body -> with(body, 120, "01")));
        Evidence serviceTd = forged(quote -> quote.versionFive(3).body(body -> with(body, 647, "01")));
        Evidence signer = forged(quote -> quote.body(body -> with(body, 64, "01")));

        assertThat(rejection(() -> verifier.verify(debug, NOW))).isEqualTo("Debug mode is not allowed");
        assertThat(rejection(() -> verifier.verify(serviceTd, NOW))).isEqualTo("Invalid mr service td");
        assertThat(rejection(() -> verifier.verify(signer, NOW))).isEqualTo("Invalid mr signer seam");
    }

    /** One bit of every byte; the tests of {@code dcap} take every bit. */
    @Test
    void refusesEveryByteFlippedInTheQuote() {
        AttestationEnvelope envelope = EnvelopeCodec.decode(evidence("v0").envelope());
        for (int index = 0; index < envelope.quote().length(); index++) {
            byte[] quote = envelope.quote().toArray();
            quote[index] ^= (byte) (1 << (index % 8));
            Evidence changed = EnvelopeCodec.toEvidence(new AttestationEnvelope(
                    Bytes.of(quote),
                    envelope.eventLog(),
                    envelope.runtimeEvents(),
                    envelope.reportData(),
                    envelope.config()));
            assertThat(rejection(() -> verifier.verify(changed, NOW))).isNotBlank();
        }
    }

    @Test
    void refusesEveryPrefixAndEverythingAppended() {
        for (String recording : List.of("v0", "v1")) {
            byte[] whole = read(recording + ".bin");
            for (int length = 0; length < whole.length; length++) {
                Evidence cut = evidence(Bytes.of(whole, 0, length));
                assertThat(rejection(() -> verifier.verify(cut, NOW))).isNotBlank();
            }
            Evidence longer = evidence(Bytes.of(Arrays.copyOf(whole, whole.length + 1)));
            assertThat(rejection(() -> verifier.verify(longer, NOW))).isNotBlank();
        }
    }

    @Test
    void answersRandomChangesWithTheSameAttestationOrARejection() {
        Random random = new Random(5);
        for (String recording : List.of("v0", "v1", "v1-ev2")) {
            byte[] whole = read(recording + ".bin");
            Attestation right = verifier.verify(evidence(recording), NOW);
            for (int round = 0; round < 1_500; round++) {
                byte[] changed = whole.clone();
                for (int change = random.nextInt(1, 4); change > 0; change--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                try {
                    assertThat(verifier.verify(evidence(Bytes.of(changed)), NOW))
                            .isEqualTo(right);
                } catch (PluginException e) {
                    assertThat(e.kind()).isEqualTo(PluginException.Kind.EVIDENCE_REJECTED);
                    assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(600);
                }
            }
        }
    }

    @Test
    void refusesAnotherFormatAndWhatIsNoEvidence() {
        assertThat(rejection(() -> verifier.verify(new Evidence("dstack-gcp-tdx", Bytes.of(read("v0.bin"))), NOW)))
                .contains("dstack-tdx");
        assertThat(rejection(() -> verifier.verify(evidence(Bytes.EMPTY), NOW))).isEqualTo("Empty attestation bytes");
        assertThat(rejection(() -> verifier.verify(evidence(Bytes.of(new byte[10 * 1024 * 1024 + 1])), NOW)))
                .contains("bytes");
        assertThat(rejection(() -> verifier.verify(evidence(Bytes.fromHex("ff")), NOW)))
                .isEqualTo("Unknown attestation wire format");
    }

    @Test
    void refusesAnEnclavesQuoteAndOneOverTheLimit() {
        assertThat(rejection(() -> verifier.verify(forged(QuoteForge::versionThree), NOW)))
                .startsWith("QUOTE_TEE_TYPE_UNSUPPORTED");
        assertThat(rejection(() ->
                        verifier.verify(forged(quote -> quote.splice(bytes -> Arrays.copyOf(bytes, 40_000))), NOW)))
                .startsWith("QUOTE_SIZE_INVALID");
    }

    @Test
    void seesTheSameFromManyThreads() throws Exception {
        AttestationVerifier shared = backend(SEED).verifier();
        Attestation expected = verifier.verify(evidence("v0"), NOW);
        List<Callable<Attestation>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add(() -> shared.verify(evidence("v0"), NOW));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Attestation> result : threads.invokeAll(calls)) {
                assertThat(result.get()).isEqualTo(expected);
            }
        }
    }

    private static Evidence forged(UnaryOperator<QuoteForge> defect) {
        return EnvelopeCodec.toEvidence(TEE.attest(machine(), REPORT_DATA, defect));
    }

    private static SimulatedMachine machine() {
        return SimulatedMachine.builder().build();
    }

    private static byte[] with(byte[] bytes, int index, String hex) {
        bytes[index] = (byte) Integer.parseInt(hex, 16);
        return bytes;
    }
}
