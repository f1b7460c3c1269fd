package dev.keywarden.plugin.rego.json;

import java.io.Serial;

/** Text is not JSON; the message says where and why, and repeats none of the text. */
public final class MalformedJsonException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message);
    }

    /** Where and why. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
