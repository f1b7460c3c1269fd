package dev.keywarden.host;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One attempt to change the plugins of a running node.
 *
 * @param number of the generation that was made; 0 if none was
 * @param time when
 * @param cause why it was tried, for example {@code the plugin folder changed}
 * @param pluginSet digest of the set of plugins, empty if none was loaded
 * @param chain the authorizers in order
 * @param problems why the generation before goes on; empty if the new one decides
 */
public record GenerationReport(
        long number, Instant time, String cause, String pluginSet, List<String> chain, List<String> problems) {
    public GenerationReport {
        chain = List.copyOf(chain);
        problems = List.copyOf(problems);
    }

    /** Whether the new generation decides. */
    public boolean succeeded() {
        return problems.isEmpty();
    }

    /** All problems in one line, if there are any. */
    public Optional<String> problem() {
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }
}
