package dev.keywarden.plugin.tdx.attester;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A source gave no evidence. */
public final class AttesterException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final AttesterCode code;

    AttesterException(AttesterCode code, String detail) {
        this(code, detail, null);
    }

    AttesterException(AttesterCode code, String detail, @Nullable Throwable cause) {
        super(code + ": " + detail, cause);
        this.code = code;
    }

    /** Why. */
    public AttesterCode code() {
        return code;
    }
}
