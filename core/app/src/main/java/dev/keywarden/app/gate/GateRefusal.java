package dev.keywarden.app.gate;

import java.io.Serial;

/** A gate stays shut. The message is the text for the caller; outer contexts are put in front of it. */
public final class GateRefusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String text;

    public GateRefusal(String text) {
        super(text);
        this.text = text;
    }

    public GateRefusal(String text, Throwable cause) {
        super(text, cause);
        this.text = text;
    }

    /** The same refusal with an outer context in front, {@code context: text}. */
    public GateRefusal within(String context) {
        return new GateRefusal(context + ": " + text, this);
    }

    /** The text for the caller. */
    public String text() {
        return text;
    }
}
