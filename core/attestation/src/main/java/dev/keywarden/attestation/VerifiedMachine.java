package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.security.MessageDigest;
import java.util.List;

/**
 * Evidence of which every part has been compared with what the hardware signed, and the one builder of boot info.
 *
 * <p>A verifier plugin proves the quote. That the rest of the envelope belongs to it is checked here, once for all
 * platforms, so that no plugin can forget it (wire protocol, section 6.7, steps 3 to 5).
 */
public final class VerifiedMachine {
    private static final int PPID_BYTES = 16;

    private final AttestationEnvelope envelope;
    private final Attestation attestation;
    private final Measurements measurements;
    private final EventLog.Replay rtmr3;
    private final String verifier;

    private VerifiedMachine(
            AttestationEnvelope envelope,
            Attestation attestation,
            Measurements measurements,
            EventLog.Replay rtmr3,
            String verifier) {
        this.envelope = envelope;
        this.attestation = attestation;
        this.measurements = measurements;
        this.rtmr3 = rtmr3;
        this.verifier = verifier;
    }

    /**
     * Holds an envelope against what was attested.
     *
     * @param verifier name of the attestation backend that verified the quote
     * @throws AttestationRejected if the attestation is of another platform, the event log does not replay to the attested register, a preimage is not of its
     *     event, or the envelope's report data is not the quote's
     */
    public static VerifiedMachine of(AttestationEnvelope envelope, Attestation attestation, String verifier) {
        requireOfItsPlatform(attestation, envelope.platform());
        Measurements measurements = Measurements.of(attestation.measurements());
        EventLog.Replay rtmr3 = EventLog.replay(envelope.runtimeEvents());
        if (!rtmr3.runtime().equals(measurements.rtmr3())) {
            throw new AttestationRejected(
                    "RTMR3 mismatch, quoted: " + measurements.rtmr3() + ", replayed: " + rtmr3.runtime());
        }
        if (!attestation.reportData().equals(envelope.reportData())) {
            throw new AttestationRejected("tdx report_data mismatch");
        }
        checkPreimages(envelope.eventLog());
        return new VerifiedMachine(envelope, attestation, measurements, rtmr3, verifier);
    }

    /** Without a platform id all machines would share one device id; with another width it is not a PPID. */
    private static void requireOfItsPlatform(Attestation attestation, String platform) {
        if (!attestation.platform().equals(platform)) {
            throw new AttestationRejected(
                    "the verifier attested " + attestation.platform() + ", but the evidence is of " + platform);
        }
        if (attestation.platformId().length() != PPID_BYTES) {
            throw new AttestationRejected("the verifier gave no platform id of " + PPID_BYTES + " bytes");
        }
    }

    /**
     * Preimages are redundant, since digests are computed from name and payload; but one that contradicts its event would
     * mislead whoever reads it, so what is supplied must be right (section 14, defect 34).
     */
    private static void checkPreimages(List<TdxEvent> log) {
        for (int i = 0; i < log.size(); i++) {
            TdxEvent event = log.get(i);
            Bytes preimage = event.preimage();
            if (preimage == null || !event.isRuntime()) {
                continue;
            }
            boolean matches = event.version() == 2
                    && MessageDigest.isEqual(
                            preimage.toArray(), event.toRuntimeEvent().preimage());
            if (!matches) {
                throw new AttestationRejected("Failed to validate TDX V2 event digest preimages: event " + i
                        + " does not match its preimage");
            }
        }
    }

    /** Name of the attestation backend that verified the quote. */
    public String verifier() {
        return verifier;
    }

    /** What the quote proved. */
    public Attestation attestation() {
        return attestation;
    }

    /**
     * Builds the boot info (section 4.1).
     *
     * @param vmConfigOverride the configuration that came with the request; empty takes the one in the evidence
     * @param point up to which moment the event log counts
     * @throws AttestationRejected if the configuration does not parse, or a value is not of its width
     */
    public BootInfo bootInfo(String vmConfigOverride, MeasurementPoint point) {
        try {
            return build(configuration(vmConfigOverride).osImageHash(), point);
        } catch (EnvelopeException e) {
            throw new AttestationRejected("decode app info: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new AttestationRejected(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the evidence itself names the image that was booted; that of the oldest format does not. */
    public boolean namesOsImage() {
        try {
            return !configuration("").osImageHash().isEmpty();
        } catch (EnvelopeException e) {
            throw new AttestationRejected("decode app info: " + e.getMessage());
        }
    }

    /**
     * Builds the boot info of a machine whose evidence names no image (section 3.4).
     *
     * @param osImageHash 32 bytes, from elsewhere
     * @throws AttestationRejected as {@link #bootInfo}
     */
    public BootInfo bootInfoWithImage(Bytes osImageHash) {
        try {
            return build(osImageHash, MeasurementPoint.RUNTIME);
        } catch (IllegalArgumentException e) {
            throw new AttestationRejected(String.valueOf(e.getMessage()));
        }
    }

    private VmConfig configuration(String override) {
        return VmConfig.parse(override.isEmpty() ? envelope.config() : override);
    }

    private BootInfo build(Bytes osImageHash, MeasurementPoint point) {
        List<RuntimeEvent> events = envelope.runtimeEvents();
        Bytes keyProvider = find(events, "key-provider");
        return new BootInfo(
                attestation.platform(),
                measurements.mrAggregated(rtmr3.at(point)),
                measurements.mrSystem(keyProvider, point),
                osImageHash,
                find(events, "app-id"),
                find(events, "compose-hash"),
                find(events, "instance-id"),
                Digests.sha256(attestation.platformId()),
                point == MeasurementPoint.BOOT ? Bytes.EMPTY : keyProvider,
                attestation.tcbStatus(),
                attestation.advisoryIds());
    }

    private static Bytes find(List<RuntimeEvent> events, String name) {
        return EventLog.find(events, name).orElse(Bytes.EMPTY);
    }
}
