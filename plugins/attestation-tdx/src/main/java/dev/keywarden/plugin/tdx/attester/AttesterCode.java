package dev.keywarden.plugin.tdx.attester;

/** Why no evidence was had (TDX fact sheet, section 5). The names are stable. */
public enum AttesterCode {
    /** The source is not there. */
    ATTESTER_ABSENT(false),
    /** The source is occupied with an earlier request. */
    ATTESTER_BUSY(true),
    /** The source did not answer in time. */
    ATTESTER_TIMEOUT(true),
    /** Somebody else used the source at the same time. */
    ATTESTER_RACE(true),
    /** This process may not use the source. */
    ATTESTER_DENIED(false),
    /** The source did not take what it was given. */
    ATTESTER_INPUT(false),
    /** Everything else. */
    ATTESTER_FAILED(false);

    private final boolean retryable;

    AttesterCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
