package dev.keywarden.app.config;

import java.io.Serial;
import java.util.List;

/** The configuration can't work; carries every problem that was found, one sentence each. */
public final class ConfigurationException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public ConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** At least one sentence. */
    public List<String> problems() {
        return problems;
    }
}
