package dev.keywarden.app.policy;

import java.io.Serial;

/** Something of a policy, a bundle or a question is not as it should be; the message says what, where, and what to do. */
public final class PolicyFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public PolicyFailure(String message) {
        super(message);
    }

    public PolicyFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
