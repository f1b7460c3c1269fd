package dev.keywarden.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 4.1, 6 and 15.3: from verified evidence to boot info, with the published values. */
final class BootInfoTest {
    private static final Bytes PPID = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final String CONFIG = "{\"os_image_hash\":\"" + "55".repeat(32) + "\"}";

    private static Bytes text(String value) {
        return Bytes.of(value.getBytes(StandardCharsets.UTF_8));
    }

    private static List<RuntimeEvent> events() {
        return List.of(
                new RuntimeEvent("system-preparing", Bytes.EMPTY),
                new RuntimeEvent("app-id", Bytes.fromHex("11".repeat(20))),
                new RuntimeEvent("compose-hash", Bytes.fromHex("44".repeat(32))),
                new RuntimeEvent("instance-id", Bytes.fromHex("22".repeat(20))),
                new RuntimeEvent("boot-mr-done", Bytes.EMPTY),
                new RuntimeEvent("key-provider", text("{\"name\":\"kms\",\"id\":\"aa\"}")),
                new RuntimeEvent("system-ready", Bytes.EMPTY));
    }

    private static Attestation attestation(List<RuntimeEvent> events, String mrConfigId) {
        Map<String, Bytes> registers = new LinkedHashMap<>();
        registers.put("mrtd", Bytes.fromHex("a0".repeat(48)));
        registers.put("rtmr0", Bytes.fromHex("a1".repeat(48)));
        registers.put("rtmr1", Bytes.fromHex("a2".repeat(48)));
        registers.put("rtmr2", Bytes.fromHex("a3".repeat(48)));
        registers.put("rtmr3", EventLog.replay(events, MeasurementPoint.RUNTIME));
        registers.put("mrconfigid", Bytes.fromHex(mrConfigId));
        registers.put("mrowner", Bytes.of(new byte[48]));
        registers.put("mrownerconfig", Bytes.of(new byte[48]));
        return new Attestation(
                AttestationEnvelope.PLATFORM,
                Bytes.of(new byte[64]),
                registers,
                "UpToDate",
                List.of(),
                PPID,
                List.of(),
                Instant.MAX);
    }

    private static AttestationEnvelope envelope(List<RuntimeEvent> events, String config) {
        return new AttestationEnvelope(
                Bytes.EMPTY, events.stream().map(TdxEvent::of).toList(), events, Bytes.of(new byte[64]), config);
    }

    private static VerifiedMachine machine(List<RuntimeEvent> events, String config) {
        return VerifiedMachine.of(envelope(events, config), attestation(events, "00".repeat(48)), "mock");
    }

    @Test
    void replaysThePublishedRegisters() {
        assertThat(EventLog.replay(events(), MeasurementPoint.RUNTIME).toHex())
                .isEqualTo("6ebf79b344deb002a3c06a870422393e6222012eadca08908a5feef7560782b3"
                        + "60b324d54afcf2dfab7a389d87e582b7");
        assertThat(EventLog.replay(events(), MeasurementPoint.BOOT).toHex())
                .isEqualTo("ebb4fcab9548ef85b99508c0e3de1744b8eaef46718e3a54e3af7af2bb2c4081"
                        + "899fab21650f43ebfb4075711b72b8cb");
    }

    @Test
    void digestsThePublishedEvents() {
        assertThat(new RuntimeEvent("app-id", Bytes.fromHex("deadbeef"))
                        .digest()
                        .toHex())
                .isEqualTo("67b4be4efed0893cfa2bb1d35dca209ad8348b4c97f980807bcde8b9a0f26398"
                        + "dd0923d6eccb5aa2096d98046da8740f");
        assertThat(new RuntimeEvent("compose-hash", Bytes.fromHex("abcd"), 2)
                        .digest()
                        .toHex())
                .isEqualTo("9dde1673f544faa94b921825209593ddde08d0baf9cd6990175dffaf3081f1bb"
                        + "10311d56de189491feb33842a050ad7b");
    }

    @Test
    void buildsThePublishedBootInfo() {
        BootInfo info = machine(events(), CONFIG).bootInfo("", MeasurementPoint.RUNTIME);
        assertThat(info.mrSystem().toHex())
                .isEqualTo("5022ac6ef688a893b0cfd8cb20146333bc765d7fbc8fd6d242380bcd3ff9f1fe");
        assertThat(info.mrAggregated().toHex())
                .isEqualTo("c34d817f4e64b61236a2196f974af3fdd9f1cfde4b5d1a9d80496da7868fb801");
        assertThat(info.deviceId().toHex())
                .isEqualTo("be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991");
        assertThat(info.osImageHash().toHex()).isEqualTo("55".repeat(32));
        assertThat(info.keyProviderInfo()).isEqualTo(text("{\"name\":\"kms\",\"id\":\"aa\"}"));
        assertThat(info.attestationMode()).isEqualTo("dstack-tdx");
    }

    @Test
    void defect32BuildsThePublishedBootInfoOfBootTime() {
        BootInfo info = machine(events(), CONFIG).bootInfo("", MeasurementPoint.BOOT);
        assertThat(info.mrSystem().toHex())
                .isEqualTo("29aafced5e514706f7f6177da030bf9138ea7a1f927be73b34b2cfb023ab4e5b");
        assertThat(info.mrAggregated().toHex())
                .isEqualTo("462b2ee69ea4f3e90e1adc5b9aa13bf2e2b5af7dc4d1d5005bd6b2d3f662543f");
        assertThat(info.keyProviderInfo().isEmpty()).isTrue();
    }

    @Test
    void countsTheOwnersRegistersIfOneIsSet() {
        String configId = "01" + "44".repeat(32) + "00".repeat(15);
        VerifiedMachine machine =
                VerifiedMachine.of(envelope(events(), CONFIG), attestation(events(), configId), "mock");
        assertThat(machine.bootInfo("", MeasurementPoint.RUNTIME).mrAggregated().toHex())
                .isEqualTo("714f155a5edf53e2bc9f04b16a5c27a6588e8e9807cade6e11f937e80f5663d4");
    }

    @Test
    void realHardwareReplaysToWhatItQuoted() {
        AttestationEnvelope envelope = EnvelopeCodec.decode(Recordings.bytes("simulator-fixture-attestation.bin"));
        assertThat(EventLog.replay(envelope.runtimeEvents(), MeasurementPoint.RUNTIME))
                .isEqualTo(envelope.quote().slice(520, 48));
        assertThat(EventLog.replay(envelope.runtimeEvents(), MeasurementPoint.BOOT)
                        .toHex())
                .startsWith("161d4d87fecefcad09ed96ba8f901e58");
        assertThat(envelope.runtimeEvents()).hasSize(9);
        assertThat(envelope.eventLog()).hasSize(33);
    }

    @Test
    void theRequestsConfigurationGoesBeforeTheEvidences() {
        String other = "{\"vm_config\":\"{\\\"os_image_hash\\\":\\\"" + "66".repeat(32) + "\\\"}\",\"x\":[1,{}]}";
        BootInfo info = machine(events(), CONFIG).bootInfo(other, MeasurementPoint.RUNTIME);
        assertThat(info.osImageHash().toHex()).isEqualTo("66".repeat(32));
    }

    @Test
    void laterEventsCantOverrideTheSystems() {
        List<RuntimeEvent> events = new ArrayList<>(events());
        events.removeIf(event -> event.event().equals("app-id"));
        events.add(new RuntimeEvent("app-id", Bytes.fromHex("99".repeat(20))));
        VerifiedMachine machine = machine(events, CONFIG);
        assertThatThrownBy(() -> machine.bootInfo("", MeasurementPoint.RUNTIME))
                .isInstanceOf(AttestationRejected.class)
                .hasMessage("app_id must be 20 bytes");
    }

    @Test
    void refusesALogThatDoesNotReplay() {
        List<RuntimeEvent> other = new ArrayList<>(events());
        other.set(1, new RuntimeEvent("app-id", Bytes.fromHex("12".repeat(20))));
        Attestation attestation = attestation(events(), "00".repeat(48));
        assertThatThrownBy(() -> VerifiedMachine.of(envelope(other, CONFIG), attestation, "mock"))
                .isInstanceOf(AttestationRejected.class)
                .hasMessageStartingWith("RTMR3 mismatch, quoted: 6ebf79b3")
                .hasMessageContaining(", replayed: ");
    }

    @Test
    void refusesReportDataThatIsNotTheQuotes() {
        AttestationEnvelope envelope = envelope(events(), CONFIG);
        AttestationEnvelope other = new AttestationEnvelope(
                envelope.quote(),
                envelope.eventLog(),
                envelope.runtimeEvents(),
                Bytes.fromHex("01".repeat(64)),
                CONFIG);
        Attestation attestation = attestation(events(), "00".repeat(48));
        assertThatThrownBy(() -> VerifiedMachine.of(other, attestation, "mock"))
                .isInstanceOf(AttestationRejected.class)
                .hasMessage("tdx report_data mismatch");
    }

    @Test
    void defect34RefusesAPreimageThatIsNotItsEvents() {
        List<RuntimeEvent> events = List.of(new RuntimeEvent("compose-hash", Bytes.fromHex("abcd"), 2));
        TdxEvent good = TdxEvent.of(events.get(0));
        TdxEvent bad = new TdxEvent(
                good.imr(), good.eventType(), good.digest(), good.event(), good.payload(), 2, Bytes.fromHex("00"));
        Attestation attestation = attestation(events, "00".repeat(48));
        AttestationEnvelope envelope =
                new AttestationEnvelope(Bytes.EMPTY, List.of(bad), events, Bytes.of(new byte[64]), "");
        assertThatThrownBy(() -> VerifiedMachine.of(envelope, attestation, "mock"))
                .isInstanceOf(AttestationRejected.class)
                .hasMessageContaining("does not match its preimage");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{\"os_image_hash\":\"0x00\"}",
                "{\"os_image_hash\":\"abc\"}",
                "{\"os_image_hash\":7}",
                "{\"os_image_hash\":null}",
                "{\"os_image_hash\":\"00\",\"os_image_hash\":\"00\"}",
                "{} {}",
                "{"
            })
    void refusesConfigurationsThatDoNotParse(String config) {
        VerifiedMachine machine = machine(events(), CONFIG);
        assertThatThrownBy(() -> machine.bootInfo(config, MeasurementPoint.RUNTIME))
                .isInstanceOf(AttestationRejected.class)
                .hasMessageStartingWith("decode app info: Failed to decode os image hash: Failed to parse vm config: ");
    }

    @Test
    void defect21NeverPadsAHash() {
        VerifiedMachine machine = machine(events(), CONFIG);
        assertThatThrownBy(() -> machine.bootInfo("{\"os_image_hash\":\"55\"}", MeasurementPoint.RUNTIME))
                .isInstanceOf(AttestationRejected.class)
                .hasMessage("os_image_hash must be 32 bytes or empty");
    }
}
