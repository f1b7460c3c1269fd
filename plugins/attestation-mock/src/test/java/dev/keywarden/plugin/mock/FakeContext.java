package dev.keywarden.plugin.mock;

import dev.keywarden.spi.PluginContext;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A context with given settings that keeps what is logged. */
final class FakeContext implements PluginContext {
    private final MockSettings settings;
    private final Path directory;
    private final List<String> logged = new ArrayList<>();

    FakeContext(MockSettings settings, Path directory) {
        this.settings = settings;
        this.directory = directory;
    }

    /** What was logged, each line as {@code LEVEL message}. */
    List<String> logged() {
        return logged;
    }

    @Override
    public <T extends Record> T settings(Class<T> type) {
        return type.cast(settings);
    }

    @Override
    public InstantSource clock() {
        return InstantSource.fixed(Recordings.NOW);
    }

    @Override
    public System.Logger logger() {
        return new System.Logger() {
            @Override
            public String getName() {
                return "mock";
            }

            @Override
            public boolean isLoggable(Level level) {
                return true;
            }

            @Override
            public void log(
                    Level level,
                    @Nullable ResourceBundle bundle,
                    @Nullable String message,
                    @Nullable Throwable thrown) {
                logged.add(level + " " + message);
            }

            @Override
            public void log(
                    Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... values) {
                logged.add(level + " " + MessageFormat.format(String.valueOf(format), values));
            }
        };
    }

    @Override
    public Meter meter() {
        return new Meter() {
            @Override
            public void count(String name, long amount) {}

            @Override
            public void time(String name, Duration elapsed) {}
        };
    }

    @Override
    public Path scratchDirectory() {
        return directory;
    }
}
