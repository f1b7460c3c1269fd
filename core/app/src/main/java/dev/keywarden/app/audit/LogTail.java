package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an existing log ends.
 *
 * @param length bytes up to and including the last complete line
 * @param tornBytes bytes after it
 * @param nextSequence number for the next record
 */
record LogTail(long length, long tornBytes, long nextSequence) {
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int GROWTH = 8;
    private static final int MAX_WINDOW_BYTES = 1 << 26;
    private static final String BEGINNING = "{\"v\":";
    private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d{1,18})[,}]");

    /**
     * Reads the end of a log: its last mebibyte, and more only if the last record does not lie in it.
     *
     * @throws IOException if the file can't be read, or its end holds no line that is a record
     */
    static LogTail read(FileChannel channel) throws IOException {
        long size = channel.size();
        for (int window = WINDOW_BYTES; ; window *= GROWTH) {
            boolean whole = window >= size;
            String end = end(channel, size, (int) Math.min(window, size));
            int lastNewline = end.lastIndexOf('\n');
            if (lastNewline < 0 && whole) {
                requireBeginning(end);
                return new LogTail(0, size, 0);
            }
            int lineStart = end.lastIndexOf('\n', lastNewline - 1);
            if (lastNewline >= 0 && (lineStart >= 0 || whole)) {
                long torn = end.length() - (lastNewline + 1L);
                return new LogTail(size - torn, torn, sequence(end.substring(lineStart + 1, lastNewline)) + 1);
            }
            if (window >= MAX_WINDOW_BYTES) {
                throw new IOException("its end is not a log of decision records; move it away and start again");
            }
        }
    }

    private static String end(FileChannel channel, long size, int window) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(window);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, size - window + buffer.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return new String(buffer.array(), StandardCharsets.ISO_8859_1);
    }

    /** A file that is no log at all must not be emptied as if it were half a first record. */
    private static void requireBeginning(String text) throws IOException {
        if (!text.startsWith(BEGINNING) && !BEGINNING.startsWith(text)) {
            throw new IOException("it is not a log of decision records; name another file");
        }
    }

    private static long sequence(String line) throws IOException {
        Matcher matcher = SEQUENCE.matcher(line);
        if (!matcher.find()) {
            throw new IOException("its last line is not a decision record; move it away and start again");
        }
        return Long.parseLong(matcher.group(1));
    }
}
