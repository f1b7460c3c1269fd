package dev.keywarden.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a verifier proved about a machine.
 *
 * @param platform the platform name of the protocol, for example {@code dstack-tdx}; becomes the boot info's attestation
 *     mode
 * @param reportData the authenticated 64 bytes that the machine was asked to sign
 * @param measurements the hardware-bound registers by name; for {@code dstack-tdx}: {@code mrtd}, {@code rtmr0} to {@code
 *     rtmr3}, {@code mrconfigid}, {@code mrowner}, {@code mrownerconfig}, 48 bytes each
 * @param tcbStatus the platform's merged status in Intel's words ({@code UpToDate}, {@code OutOfDate}, ...), empty if the
 *     platform has none; reported, not enforced
 * @param advisoryIds security advisories that apply; possibly empty
 * @param platformId the stable id of the physical platform (for TDX the 16-byte PPID); its SHA-256 becomes the device id
 * @param claims further facts for records and policies, each with what binds it
 * @param validUntil the instant from which this result must not be relied upon any more
 */
public record Attestation(
        String platform,
        Bytes reportData,
        Map<String, Bytes> measurements,
        String tcbStatus,
        List<String> advisoryIds,
        Bytes platformId,
        List<Claim> claims,
        Instant validUntil) {

    /** Length of the report data in bytes. */
    public static final int REPORT_DATA_BYTES = 64;

    public Attestation {
        Objects.requireNonNull(platform, "platform");
        if (reportData.length() != REPORT_DATA_BYTES) {
            throw new IllegalArgumentException("report data must be 64 bytes, not " + reportData.length());
        }
        measurements = Map.copyOf(measurements);
        Objects.requireNonNull(tcbStatus, "tcbStatus");
        advisoryIds = List.copyOf(advisoryIds);
        Objects.requireNonNull(platformId, "platformId");
        claims = List.copyOf(claims);
        Objects.requireNonNull(validUntil, "validUntil");
    }

    /** What stands behind a claim. */
    public enum Binding {
        /** Signed by hardware, or derived from what hardware signed. */
        HARDWARE,
        /** Logged by firmware or the system while it booted, in a log that replays to what hardware signed. */
        MEASURED,
        /** Said by the machine about itself, and not checked against anything. */
        SELF_ASSERTED
    }

    /**
     * One further fact.
     *
     * @param name {@code snake_case}, for example {@code fmspc} or {@code trust_anchor}
     * @param value text for people and policies; never secret
     * @param binding what binds it
     */
    public record Claim(String name, String value, Binding binding) {
        public Claim {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(binding, "binding");
        }
    }
}
