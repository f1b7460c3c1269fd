package dev.keywarden.host;

import java.io.Serial;
import java.util.List;

/** Plugins can't be loaded, so the node must not start. One sentence for each problem, on a line of its own. */
public final class PluginLoadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public PluginLoadException(List<String> problems) {
        super(String.join("\n", problems));
    }

    /** Each problem in a sentence. */
    List<String> problems() {
        return getMessage().lines().toList();
    }

    /** Unlike in other exceptions never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
