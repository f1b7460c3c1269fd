package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a log begins and ends, kept beside it, so that records that are missing at either end are missed.
 *
 * <p>It is written after each flush of the log and is not flushed itself: it never says more than the log holds. After a
 * power cut it may say less.
 *
 * @param log id of the log
 * @param first number of the oldest record that is kept
 * @param firstPrevious what that record names as the one before it
 * @param last number of the newest record, -1 if there is none
 * @param lastDigest its digest; of an empty log, what its first record will name
 */
record LogHead(String log, long first, String firstPrevious, long last, String lastDigest) {
    /** Always as long, and in one sector, so that it is overwritten whole. */
    private static final int BYTES = 384;

    private static final Pattern TEXT = Pattern.compile("\\{\"v\":2,\"log\":\"([0-9a-f]{16})\",\"first\":(\\d{1,18}),"
            + "\"first_prev\":\"([0-9a-f]{64})\",\"last\":(-?\\d{1,18}),\"last_sha256\":\"([0-9a-f]{64})\"} *\n");

    /** Of a log without records. */
    static LogHead ofEmpty(String log) {
        String genesis = RecordLine.genesis(log);
        return new LogHead(log, 0, genesis, -1, genesis);
    }

    /** With another end. */
    LogHead endingWith(long newLast, String digest) {
        return new LogHead(log, first, firstPrevious, newLast, digest);
    }

    /** With another beginning. */
    LogHead beginningWith(long newFirst, String previous) {
        return new LogHead(log, newFirst, previous, last, lastDigest);
    }

    /** Reads a head; empty if the file is empty or holds something else. */
    static Optional<LogHead> read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {
            // Until it is full, or the file ends.
        }
        return parse(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
    }

    static Optional<LogHead> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new LogHead(
                        matcher.group(1),
                        Long.parseLong(matcher.group(2)),
                        matcher.group(3),
                        Long.parseLong(matcher.group(4)),
                        matcher.group(5)))
                : Optional.empty();
    }

    void write(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(text().getBytes(StandardCharsets.ISO_8859_1));
        while (buffer.hasRemaining()) {
            channel.write(buffer, buffer.position());
        }
    }

    /** One line, filled up with spaces. */
    String text() {
        String json = "{\"v\":2,\"log\":\"" + log + "\",\"first\":" + first + ",\"first_prev\":\"" + firstPrevious
                + "\",\"last\":" + last + ",\"last_sha256\":\"" + lastDigest + "\"}";
        return json + " ".repeat(BYTES - 1 - json.length()) + '\n';
    }
}
