package dev.keywarden.plugin.webhook;

/** Which revision of the reference implementation a question looks like (wire protocol, section 4.1). */
enum Wire {
    /** Version 0.5.8: the platform is called {@code attestationMode}. */
    R1("attestationMode", "dstack-kms/0.5.8"),
    /** Version 0.6.0: the platform is called {@code teeVariant}. */
    R2("teeVariant", "dstack-kms/0.6.0");

    private final String platformField;
    private final String userAgent;

    Wire(String platformField, String userAgent) {
        this.platformField = platformField;
        this.userAgent = userAgent;
    }

    /** JSON name of the platform's name. */
    String platformField() {
        return platformField;
    }

    /** What the client calls itself: the version whose questions these are, not that of this program. */
    String userAgent() {
        return userAgent;
    }
}
