package dev.keywarden.dcap;

import java.util.Optional;

/**
 * How well a platform, or a part of it, is patched, in Intel's words (TDX fact sheet, sections 2.6 and 2.8). The order of
 * the constants is the order of severity by which the worse of two is told.
 */
public enum TcbStatus {
    UP_TO_DATE("UpToDate"),
    SW_HARDENING_NEEDED("SWHardeningNeeded"),
    CONFIGURATION_NEEDED("ConfigurationNeeded"),
    CONFIGURATION_AND_SW_HARDENING_NEEDED("ConfigurationAndSWHardeningNeeded"),
    /** The TD was launched on an outdated module, and the platform has since been brought up to date. */
    TD_RELAUNCH_ADVISED("TDRelaunchAdvised"),
    /** The same, and the platform needs another configuration besides. */
    TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED("TDRelaunchAdvisedConfigurationNeeded"),
    OUT_OF_DATE("OutOfDate"),
    OUT_OF_DATE_CONFIGURATION_NEEDED("OutOfDateConfigurationNeeded"),
    /** Never a result: what is revoked is refused with {@link DcapCode#TCB_REVOKED}. */
    REVOKED("Revoked");

    private final String token;

    TcbStatus(String token) {
        this.token = token;
    }

    /** Intel's string, the stable form in JSON, logs and policies. */
    public String token() {
        return token;
    }

    /** The same as {@link #token()}. */
    @Override
    public String toString() {
        return token;
    }

    /** The status that a TCB level may have; the two about relaunching only ever result. */
    static Optional<TcbStatus> ofLevel(String token) {
        for (TcbStatus status : values()) {
            if (status.token.equals(token)
                    && status != TD_RELAUNCH_ADVISED
                    && status != TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    TcbStatus worseOf(TcbStatus other) {
        return compareTo(other) >= 0 ? this : other;
    }

    boolean wantsConfiguration() {
        return this == CONFIGURATION_NEEDED
                || this == CONFIGURATION_AND_SW_HARDENING_NEEDED
                || this == OUT_OF_DATE_CONFIGURATION_NEEDED;
    }

    boolean outOfDate() {
        return this == OUT_OF_DATE || this == OUT_OF_DATE_CONFIGURATION_NEEDED;
    }

    /**
     * This status of a platform with that of one of its components, which is {@code UpToDate}, {@code OutOfDate} or {@code
     * Revoked} (section 2.8, the table).
     */
    TcbStatus mergedWith(TcbStatus component) {
        if (component == REVOKED || this == REVOKED) {
            return REVOKED;
        }
        if (component != OUT_OF_DATE) {
            return this;
        }
        return wantsConfiguration() ? OUT_OF_DATE_CONFIGURATION_NEEDED : OUT_OF_DATE;
    }
}
