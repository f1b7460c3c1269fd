package dev.keywarden.plugin.webhook;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The webhook did not answer; the message goes on after its URL, for example {@code did not answer within 5 s}. */
final class NoAnswerException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
