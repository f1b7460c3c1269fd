package dev.keywarden.files;

import java.io.Serial;

/** The content of a file is not what it should be; the message says where and why. */
public final class BrokenFileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Says where and why. */
    public BrokenFileException(String message) {
        super(message);
    }
}
