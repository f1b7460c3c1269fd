package dev.keywarden.collateral;

import java.util.Locale;

/** Which of Intel's two publications to go by (TDX fact sheet, section 4.1). */
public enum Update {
    /** Published when the fixes can be deployed. */
    STANDARD,
    /** Published at disclosure, weeks to months earlier. */
    EARLY;

    /** The word of the services. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
