package dev.keywarden.host;

import java.io.Serial;

/** An archive can't be used; the message is one sentence that names it. */
final class ArchiveProblem extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    ArchiveProblem(String sentence) {
        super(sentence);
    }

    /** Unlike in other exceptions never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
