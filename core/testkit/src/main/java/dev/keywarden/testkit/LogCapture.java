package dev.keywarden.testkit;

import java.text.MessageFormat;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A logger that keeps what is logged, of every level, and prints nothing. */
public final class LogCapture implements System.Logger {
    private final String name;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /**
     * One thing that was logged.
     *
     * @param level how grave
     * @param message with its parameters filled in
     * @param thrown the exception that came with it, or {@code null}
     */
    public record Entry(
            Level level, String message, @Nullable Throwable thrown) {
        /** The level and the message, for example {@code WARNING the file is gone}. */
        @Override
        public String toString() {
            return level + " " + message;
        }
    }

    /** @param name what {@link #getName()} says */
    public LogCapture(String name) {
        this.name = name;
    }

    /** All that was logged, in order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** All that was logged, in order, each as {@code LEVEL message}. */
    public List<String> lines() {
        return entries.stream().map(Entry::toString).toList();
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return true;
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        entries.add(new Entry(level, String.valueOf(message), thrown));
    }

    /** As the JDK's loggers do, leaves a message without parameters as it is. */
    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... parameters) {
        String pattern = String.valueOf(format);
        boolean plain = parameters == null || parameters.length == 0;
        entries.add(new Entry(level, plain ? pattern : MessageFormat.format(pattern, parameters), null));
    }
}
