package dev.keywarden.plugin.allowlist;

import dev.keywarden.spi.Decision;
import java.io.Serial;
import java.util.Map;

/** There is no allowlist to decide by, so nothing is allowed. */
final class NoAllowlistException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Decision.Reason reason;
    private final transient Map<String, String> evidence;

    /**
     * Says why.
     *
     * @param reason for the caller and the record
     * @param evidence digest of the file if it was read, else empty
     */
    NoAllowlistException(Decision.Reason reason, Map<String, String> evidence) {
        super(reason.message());
        this.reason = reason;
        this.evidence = Map.copyOf(evidence);
    }

    Decision.Reason reason() {
        return reason;
    }

    Map<String, String> evidence() {
        return evidence;
    }
}
