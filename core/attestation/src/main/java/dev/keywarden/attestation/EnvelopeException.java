package dev.keywarden.attestation;

import java.io.Serial;

/** Bytes or text of an attestation are not of the format. The message says what was found, and may reach the caller. */
public final class EnvelopeException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public EnvelopeException(String message) {
        super(message);
    }

    public EnvelopeException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Unlike in other exceptions never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
