package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EventLog;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.attestation.RuntimeEvent;
import dev.keywarden.dcap.AuthenticQuote;
import dev.keywarden.dcap.TdPolicy;
import dev.keywarden.dcap.TdReport;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoftwareTeeTest {
    private static final Bytes REPORT_DATA = Bytes.fromHex("07".repeat(64));

    private final Forgery forgery = new Forgery();

    @Test
    void makesEvidenceThatTheStrictVerifierAccepts() {
        SimulatedMachine machine = SimulatedMachine.builder()
                .owner(register(1), register(2), register(3))
                .build();
        AttestationEnvelope envelope = forgery.tee.attest(machine, REPORT_DATA);
        AuthenticQuote authentic = forgery.verify(envelope.quote().toArray());
        TdPolicy.STRICT.check(authentic);
        TdReport report = authentic.quote().tdReport().orElseThrow();

        assertThat(report.reportData().toHex()).isEqualTo(REPORT_DATA.toHex());
        assertThat(report.mrTd().toHex()).isEqualTo("a0".repeat(48));
        assertThat(report.rtmr(0).toHex()).isEqualTo("a1".repeat(48));
        assertThat(report.rtmr(1).toHex()).isEqualTo("a2".repeat(48));
        assertThat(report.rtmr(2).toHex()).isEqualTo("a3".repeat(48));
        assertThat(report.mrConfigId().toHex()).isEqualTo("01".repeat(48));
        assertThat(report.mrOwner().toHex()).isEqualTo("02".repeat(48));
        assertThat(report.mrOwnerConfig().toHex()).isEqualTo("03".repeat(48));
        assertThat(report.teeTcbSvn().toHex()).startsWith("060103");
        assertThat(envelope.reportData()).isEqualTo(REPORT_DATA);
        assertThat(envelope.config()).isEqualTo("{\"os_image_hash\":\"" + "55".repeat(32) + "\"}");
        assertThat(envelope.eventLog()).hasSameSizeAs(envelope.runtimeEvents());
    }

    /** Wire protocol, section 15.3, "synthetic". */
    @Test
    void extendsTheRegisterByTheEventsOfABoot() {
        SimulatedMachine machine = SimulatedMachine.builder()
                .keyProvider("{\"name\":\"kms\",\"id\":\"aa\"}")
                .build();
        AttestationEnvelope envelope = forgery.tee.attest(machine, REPORT_DATA);
        TdReport report =
                forgery.verify(envelope.quote().toArray()).quote().tdReport().orElseThrow();

        assertThat(envelope.runtimeEvents())
                .extracting(RuntimeEvent::event)
                .containsExactly(
                        "system-preparing",
                        "app-id",
                        "compose-hash",
                        "instance-id",
                        "boot-mr-done",
                        "key-provider",
                        "system-ready");
        assertThat(report.rtmr(3).toHex())
                .isEqualTo(
                        "6ebf79b344deb002a3c06a870422393e6222012eadca08908a5feef7560782b360b324d54afcf2dfab7a389d87e582b7");
        assertThat(EventLog.replay(envelope.runtimeEvents(), MeasurementPoint.BOOT)
                        .toHex())
                .isEqualTo(
                        "ebb4fcab9548ef85b99508c0e3de1744b8eaef46718e3a54e3af7af2bb2c4081899fab21650f43ebfb4075711b72b8cb");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void makesEventsOfBothVersions(int version) {
        SimulatedMachine machine = SimulatedMachine.builder()
                .eventVersion(version)
                .laterEvent("app-id", Bytes.fromHex("66".repeat(20)))
                .build();
        AttestationEnvelope envelope = forgery.tee.attest(machine, REPORT_DATA);
        AttestationEnvelope read = EnvelopeCodec.decode(EnvelopeCodec.encode(envelope));
        TdReport report =
                forgery.verify(read.quote().toArray()).quote().tdReport().orElseThrow();

        assertThat(read.runtimeEvents())
                .isEqualTo(envelope.runtimeEvents())
                .last()
                .returns(version, RuntimeEvent::version);
        assertThat(EventLog.replay(read.runtimeEvents(), MeasurementPoint.RUNTIME)
                        .toHex())
                .isEqualTo(report.rtmr(3).toHex());
    }

    @Test
    void givesEveryPlatformItsOwnIdAndKeysUnderOneRoot() {
        List<AuthenticQuote> quotes = new ArrayList<>();
        for (String platform : List.of("", "a", "b")) {
            SimulatedMachine machine =
                    SimulatedMachine.builder().platform(platform).build();
            quotes.add(forgery.verify(
                    forgery.tee.attest(machine, REPORT_DATA).quote().toArray()));
        }
        assertThat(quotes).extracting(quote -> quote.platform().ppid()).doesNotHaveDuplicates();
        assertThat(quotes).extracting(AuthenticQuote::pckLeafDigest).doesNotHaveDuplicates();
        assertThat(quotes).extracting(quote -> quote.quote().attestationKey()).doesNotHaveDuplicates();
        assertThat(quotes)
                .extracting(quote -> quote.platform().fmspc())
                .containsOnly(quotes.getFirst().platform().fmspc());
    }

    @Test
    void makesEvidenceWithADefectOnRequest() {
        AttestationEnvelope envelope = forgery.tee.attest(
                SimulatedMachine.builder().build(),
                REPORT_DATA,
                quote -> quote.quoteSigner(forgery.pki.attestationKey("other")));

        assertThat(forgery.refusal(envelope.quote().toArray())).isEqualTo("QUOTE_SIGNATURE_INVALID quote");
    }

    @Test
    void refusesWhatIsNotOfItsWidth() {
        assertThatIllegalArgumentException().isThrownBy(() -> SimulatedMachine.builder()
                .mrtd(Bytes.fromHex("a0".repeat(47)))
                .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forgery.tee.attest(SimulatedMachine.builder().build(), Bytes.EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> SoftwareTee.fromSeed(new byte[31]));
    }

    @Test
    void makesTheSameEvidenceInManyThreads() throws Exception {
        SimulatedMachine machine = SimulatedMachine.builder().platform("shared").build();
        AttestationEnvelope expected = new Forgery().tee.attest(machine, REPORT_DATA);
        List<Callable<AttestationEnvelope>> calls = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            calls.add(() -> forgery.tee.attest(machine, REPORT_DATA));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (Future<AttestationEnvelope> result : threads.invokeAll(calls)) {
                assertThat(result.get()).isEqualTo(expected);
            }
        }
    }

    private static Bytes register(int value) {
        return Bytes.fromHex("%02x".formatted(value).repeat(48));
    }
}
