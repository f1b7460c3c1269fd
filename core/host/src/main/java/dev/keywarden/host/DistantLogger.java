package dev.keywarden.host;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Sends what a plugin logs to the node, which decides what of it is shown; what finds no place on the way is lost. */
record DistantLogger(String name, FrameChannel channel) implements System.Logger {
    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return level.getSeverity() >= Level.INFO.getSeverity() && level != Level.OFF;
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        send(level, message + (thrown == null ? "" : ": " + thrown));
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... parameters) {
        String text = String.valueOf(format);
        send(level, parameters == null || parameters.length == 0 ? text : MessageFormat.format(text, parameters));
    }

    private void send(Level level, String text) {
        if (isLoggable(level)) {
            channel.offer(new Frame(
                    Frame.Type.LOG,
                    0,
                    new SpiWriter().text(level.name()).text(text).toBytes()));
        }
    }
}
