package dev.keywarden.plugin.allowlist;

import java.io.Serial;

/** The file's content is not an allowlist; the message says where and why. */
final class BrokenFileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    BrokenFileException(String message) {
        super(message);
    }
}
