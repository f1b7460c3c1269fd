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
    private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d{1,18})[,}]");

    /**
     * Reads the end of a log. Looks at the last mebibyte, far more than one record takes.
     *
     * @throws IOException if the file can't be read, or its end holds no line that is a record
     */
    static LogTail read(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size == 0) {
            return new LogTail(0, 0, 0);
        }
        int window = (int) Math.min(size, WINDOW_BYTES);
        ByteBuffer buffer = ByteBuffer.allocate(window);
        boolean more = true;
        while (more && buffer.hasRemaining()) {
            more = channel.read(buffer, size - window + buffer.position()) >= 0;
        }
        String text = new String(buffer.array(), StandardCharsets.ISO_8859_1);
        int lastNewline = text.lastIndexOf('\n');
        if (lastNewline < 0) {
            if (window < size) {
                throw new IOException("its end is not a log of decision records; move it away and start again");
            }
            return new LogTail(0, size, 0);
        }
        int lineStart = text.lastIndexOf('\n', lastNewline - 1) + 1;
        Matcher matcher = SEQUENCE.matcher(text.substring(lineStart, lastNewline));
        if (!matcher.find()) {
            throw new IOException("its last line is not a decision record; move it away and start again");
        }
        long torn = window - (lastNewline + 1L);
        return new LogTail(size - torn, torn, Long.parseLong(matcher.group(1)) + 1);
    }
}
