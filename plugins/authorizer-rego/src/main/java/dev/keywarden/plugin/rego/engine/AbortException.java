package dev.keywarden.plugin.rego.engine;

import java.io.Serial;

/** The module gave up, or what it asked of the host failed; carries that through the engine. */
final class AbortException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    AbortException(String message) {
        super(message);
    }
}
