package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The registers of a trust domain and what is computed from them (wire protocol, section 6.5).
 *
 * @param mrtd initial contents, 48 bytes, as are all others
 * @param rtmr0 firmware
 * @param rtmr1 kernel
 * @param rtmr2 initial RAM disk and command line
 * @param rtmr3 runtime events
 * @param mrConfigId set by the host
 * @param mrOwner set by the host
 * @param mrOwnerConfig set by the host
 */
public record Measurements(
        Bytes mrtd,
        Bytes rtmr0,
        Bytes rtmr1,
        Bytes rtmr2,
        Bytes rtmr3,
        Bytes mrConfigId,
        Bytes mrOwner,
        Bytes mrOwnerConfig) {
    private static final int REGISTER_BYTES = 48;
    private static final Bytes NO_KEY_PROVIDER = Bytes.of(new byte[32]);

    /**
     * Takes the registers from a verifier's result.
     *
     * @throws AttestationRejected if one is missing or of another width; the message names it
     */
    public static Measurements of(Map<String, Bytes> registers) {
        return new Measurements(
                register(registers, "mrtd"),
                register(registers, "rtmr0"),
                register(registers, "rtmr1"),
                register(registers, "rtmr2"),
                register(registers, "rtmr3"),
                register(registers, "mrconfigid"),
                register(registers, "mrowner"),
                register(registers, "mrownerconfig"));
    }

    private static Bytes register(Map<String, Bytes> registers, String name) {
        Bytes value = registers.get(name);
        if (value == null || value.length() != REGISTER_BYTES) {
            throw new AttestationRejected("the verifier gave no " + name + " of 48 bytes");
        }
        return value;
    }

    /** The system without the application, 32 bytes. */
    public Bytes mrSystem(Bytes keyProviderPayload, MeasurementPoint point) {
        boolean none = keyProviderPayload.isEmpty() || point == MeasurementPoint.BOOT;
        Bytes keyProvider = none ? NO_KEY_PROVIDER : Digests.sha256(keyProviderPayload);
        return Digests.sha256(mrtd, rtmr0, rtmr1, rtmr2, keyProvider);
    }

    /**
     * Everything, 32 bytes.
     *
     * @param replayedRtmr3 the register as replayed up to the wanted point
     */
    public Bytes mrAggregated(Bytes replayedRtmr3) {
        if (isZero(mrConfigId) && isZero(mrOwner) && isZero(mrOwnerConfig)) {
            return Digests.sha256(mrtd, rtmr0, rtmr1, rtmr2, replayedRtmr3);
        }
        return Digests.sha256(mrtd, rtmr0, rtmr1, rtmr2, replayedRtmr3, mrConfigId, mrOwner, mrOwnerConfig);
    }

    private static boolean isZero(Bytes register) {
        return IntStream.range(0, register.length()).allMatch(i -> register.unsignedAt(i) == 0);
    }
}
