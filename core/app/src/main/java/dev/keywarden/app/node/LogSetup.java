package dev.keywarden.app.node;

import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends everything that is logged to standard error, one line a record, without stack traces unless debugging.
 *
 * <p>The level comes from the environment variable {@code RUST_LOG}, as with the reference ({@code error}, {@code warn},
 * {@code info}, {@code debug}, {@code trace}), {@code info} by default.
 */
public final class LogSetup {
    // Held here, because the log manager forgets loggers, and their levels with them, that nobody holds.
    private static final Logger OURS = Logger.getLogger("dev.keywarden");
    private static final Logger PLUGIN_FRAMEWORK = Logger.getLogger("org.pf4j");

    private LogSetup() {}

    /** Replaces the JDK's default handlers. */
    public static void install(@Nullable String levelName) {
        Level level = level(levelName);
        LogManager.getLogManager().reset();
        Handler handler = new ConsoleHandler();
        handler.setLevel(level);
        handler.setFormatter(new OneLine(level.intValue() <= Level.FINE.intValue()));
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(level.intValue() < Level.INFO.intValue() ? Level.INFO : level);
        OURS.setLevel(level);
        // What goes wrong with a plugin is told once, by the host, in a sentence.
        PLUGIN_FRAMEWORK.setLevel(level.intValue() <= Level.FINE.intValue() ? level : Level.OFF);
    }

    private static Level level(@Nullable String name) {
        return switch (name == null ? "" : name.toLowerCase(Locale.ROOT)) {
            case "error" -> Level.SEVERE;
            case "warn" -> Level.WARNING;
            case "debug" -> Level.FINE;
            case "trace" -> Level.FINER;
            default -> Level.INFO;
        };
    }

    private static final class OneLine extends Formatter {
        private final boolean causes;

        OneLine(boolean causes) {
            this.causes = causes;
        }

        @Override
        public String format(LogRecord record) {
            String logger = String.valueOf(record.getLoggerName());
            StringBuilder line = new StringBuilder()
                    .append(record.getInstant().truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(levelName(record.getLevel()))
                    .append(' ')
                    .append(logger.substring(logger.lastIndexOf('.') + 1))
                    .append(": ")
                    .append(escape(formatMessage(record)));
            if (causes && record.getThrown() != null) {
                line.append(" <- ").append(escape(record.getThrown().toString()));
            }
            return line.append('\n').toString();
        }

        private static String levelName(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "WARN";
            }
            return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
        }

        /** Text from outside must not be able to forge a line of its own. */
        private static String escape(String text) {
            StringBuilder escaped = new StringBuilder(text.length());
            text.chars().forEach(c -> {
                if (c < 0x20 || c == 0x7f) {
                    escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
                } else {
                    escaped.append((char) c);
                }
            });
            return escaped.toString();
        }
    }
}
