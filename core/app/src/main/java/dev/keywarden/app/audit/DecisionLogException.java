package dev.keywarden.app.audit;

import java.io.Serial;

/** A decision can't be recorded, so what it allows must not happen. */
public final class DecisionLogException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public DecisionLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
