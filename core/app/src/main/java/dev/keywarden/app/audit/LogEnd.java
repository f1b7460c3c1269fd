package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an existing file of records ends.
 *
 * @param length bytes up to and including the last complete line
 * @param tornBytes bytes after it
 * @param lines the last complete lines without their ends, the oldest first; empty if there is none
 */
record LogEnd(long length, long tornBytes, List<byte[]> lines) {
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int GROWTH = 8;
    private static final int MAX_WINDOW_BYTES = 1 << 26;
    private static final byte[] BEGINNING = {'{', '"', 'v', '"', ':'};

    /**
     * Reads the end of a file: its last mebibyte, and more only if no whole record lies in it.
     *
     * @throws IOException if the file can't be read, or is no log
     */
    static LogEnd read(FileChannel channel) throws IOException {
        long size = channel.size();
        for (int window = WINDOW_BYTES; ; window *= GROWTH) {
            boolean whole = window >= size;
            byte[] end = end(channel, size, (int) Math.min(window, size));
            int from = whole ? 0 : newline(end, 0) + 1;
            int last = lastNewline(end);
            if (whole && last < 0) {
                requireBeginning(end);
                return new LogEnd(0, size, List.of());
            }
            if (last >= from && (whole || from > 0)) {
                long torn = end.length - (last + 1L);
                return new LogEnd(size - torn, torn, lines(end, from, last + 1));
            }
            if (window >= MAX_WINDOW_BYTES) {
                throw new IOException("its end is not a log of decision records; move it away and start again");
            }
        }
    }

    private static byte[] end(FileChannel channel, long size, int window) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(window);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, size - window + buffer.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return buffer.array();
    }

    private static int newline(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private static int lastNewline(byte[] bytes) {
        int at = bytes.length - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }

    private static List<byte[]> lines(byte[] bytes, int from, int to) {
        List<byte[]> lines = new ArrayList<>();
        for (int start = from; start < to; ) {
            int end = newline(bytes, start);
            lines.add(Arrays.copyOfRange(bytes, start, end));
            start = end + 1;
        }
        return lines;
    }

    /** A file that is no log at all must not be emptied as if it were half a first record. */
    private static void requireBeginning(byte[] text) throws IOException {
        int shared = Math.min(text.length, BEGINNING.length);
        if (!Arrays.equals(text, 0, shared, BEGINNING, 0, shared)) {
            throw new IOException("it is not a log of decision records; name another file");
        }
    }

    /** The last complete line, or {@code null}. */
    byte @Nullable [] last() {
        return lines.isEmpty() ? null : lines.getLast();
    }
}
