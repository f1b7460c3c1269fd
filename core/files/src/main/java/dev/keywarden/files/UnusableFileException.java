package dev.keywarden.files;

import java.io.Serial;

/** There is no content; the message is a sentence without its subject, the file. */
public final class UnusableFileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Why there is none. */
    public enum Kind {
        /** Nothing is there. */
        MISSING,
        /** What is there can't be read, or is no plain file. */
        UNREADABLE,
        /** It has more bytes than are read. */
        TOO_LARGE,
        /** It changed each time that it was read. */
        CHANGING
    }

    UnusableFileException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Why there is none. */
    public Kind kind() {
        return kind;
    }

    /** What is wrong, without its subject. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
