package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a log is whole: no record changed, removed, moved or added, in any of its files. The node may go on writing.
 *
 * @param file the file that records are added to
 */
public record LogVerification(Path file) {
    private static final int BUFFER_BYTES = 1 << 22;
    private static final int DIGEST_DIGITS = 64;

    /**
     * What a log is found to be.
     *
     * @param records lines that were read
     * @param log its id; empty if nothing says what it is
     * @param last number of the last record, -1 if there is none
     * @param lastDigest its digest: whoever writes the two down can prove later what the log was
     * @param problemCount how much is wrong
     * @param problems the first of it, one sentence each
     * @param notes what is worth knowing, and not wrong
     */
    public record Report(
            long records,
            String log,
            long last,
            String lastDigest,
            long problemCount,
            List<String> problems,
            List<String> notes) {
        public Report {
            problems = List.copyOf(problems);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Reads all of it.
     *
     * @param end an end that was written down before, {@code NUMBER:DIGEST}, or {@code null}
     * @param progress hears now and then how many bytes were read
     * @throws IOException if a file can't be read, or there is none
     * @throws IllegalArgumentException if {@code end} is not of this form
     */
    public Report run(@Nullable String end, LongConsumer progress) throws IOException {
        LogFolder folder = new LogFolder(file);
        // First the end and then the records: while they are read, some are added.
        ChainCheck check = new ChainCheck(head(folder), end == null ? null : noted(end));
        List<Path> files = folder.files();
        if (files.isEmpty()) {
            throw new IOException(file + ": there is no log. Is the name right?");
        }
        long done = 0;
        for (Path path : files) {
            done = read(path, path.equals(folder.active()), check, done, progress);
        }
        check.end();
        return check.report();
    }

    /** How many bytes there are to read. */
    public long bytes() throws IOException {
        long bytes = 0;
        for (Path path : new LogFolder(file).files()) {
            bytes += Files.size(path);
        }
        return bytes;
    }

    private static @Nullable LogHead head(LogFolder folder) throws IOException {
        if (!Files.exists(folder.head())) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(folder.head(), StandardOpenOption.READ)) {
            return LogHead.read(channel).orElse(null);
        }
    }

    private static LogHead noted(String end) {
        int colon = end.indexOf(':');
        if (colon < 1 || end.length() - colon - 1 != DIGEST_DIGITS) {
            throw new IllegalArgumentException(end
                    + ": write the number and the digest of a record, NUMBER:SHA256, as `audit verify` prints them");
        }
        try {
            return new LogHead("", 0, "", Long.parseLong(end.substring(0, colon)), end.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(end + ": no number stands before the colon", e);
        }
    }

    private static long read(Path path, boolean newest, ChainCheck check, long before, LongConsumer progress)
            throws IOException {
        LineBuffer lines = new LineBuffer(check, String.valueOf(path.getFileName()));
        long done = before;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            for (int read = lines.fill(channel); read >= 0; read = lines.fill(channel)) {
                done += read;
                progress.accept(done);
            }
        }
        if (lines.filled > 0) {
            check.torn(lines.filled, String.valueOf(path.getFileName()), newest);
        }
        return done;
    }

    /** Cuts a file into lines without copying each. */
    private static final class LineBuffer {
        private final ChainCheck check;
        private final String name;
        private byte[] bytes = new byte[BUFFER_BYTES];
        private int filled;
        private long number;

        LineBuffer(ChainCheck check, String name) {
            this.check = check;
            this.name = name;
        }

        /** Reads on and checks every line that is complete then; returns how much was read, or -1 at the end. */
        int fill(FileChannel channel) throws IOException {
            if (filled == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
            int read = channel.read(ByteBuffer.wrap(bytes, filled, bytes.length - filled));
            int start = 0;
            for (int at = filled; at < filled + read; at++) {
                if (bytes[at] == '\n') {
                    check.line(bytes, start, at, name + ":" + ++number);
                    start = at + 1;
                }
            }
            filled += Math.max(0, read) - start;
            System.arraycopy(bytes, start, bytes, 0, filled);
            return read;
        }
    }
}
