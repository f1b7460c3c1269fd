package dev.keywarden.plugin.webhook;

import java.io.Serial;

/** The webhook answered something that is not an answer; the message says what, without repeating all of it. */
final class MalformedAnswerException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedAnswerException(String message) {
        super(message);
    }
}
