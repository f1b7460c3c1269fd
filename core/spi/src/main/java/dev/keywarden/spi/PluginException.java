package dev.keywarden.spi;

import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a plugin, for everything that is not an answer.
 *
 * <p>The message is one line for people: what was wrong, where, and what to do. It may reach the remote caller and the
 * decision record, so it carries no secret and no evidence bytes.
 */
public final class PluginException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is; decides log level and whether trying again can help. */
    public enum Kind {
        /** The evidence does not verify. Trying the same again is useless. */
        EVIDENCE_REJECTED,
        /** The plugin's settings or files can't work; a person must act. */
        MISCONFIGURED,
        /** Something the plugin depends on did not answer; trying again may help. */
        UNAVAILABLE,
        /** A defect of the plugin. */
        INTERNAL
    }

    private final Kind kind;

    public PluginException(Kind kind, String message) {
        this(kind, message, null);
    }

    public PluginException(Kind kind, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** What kind of failure it is. */
    public Kind kind() {
        return kind;
    }

    /** The message; unlike in other exceptions never {@code null}. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
