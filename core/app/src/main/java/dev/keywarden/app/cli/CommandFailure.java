package dev.keywarden.app.cli;

import java.io.Serial;

/** A command was refused or failed; the message is what the person who ran it reads. Exit code 1. */
final class CommandFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }

    CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
