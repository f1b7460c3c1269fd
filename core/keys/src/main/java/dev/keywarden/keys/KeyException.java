package dev.keywarden.keys;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A key, certificate or key directory can't be used. The message says which, why, and what to do; never what it holds. */
public final class KeyException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public KeyException(String message) {
        this(message, null);
    }

    public KeyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
