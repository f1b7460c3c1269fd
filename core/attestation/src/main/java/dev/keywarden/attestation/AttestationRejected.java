package dev.keywarden.attestation;

import java.io.Serial;

/** An attestation does not hold together, or names something the protocol forbids. The message may reach the caller. */
public final class AttestationRejected extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public AttestationRejected(String message) {
        super(message);
    }

    /** Unlike in other exceptions never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
