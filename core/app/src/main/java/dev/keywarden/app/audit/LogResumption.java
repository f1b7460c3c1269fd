package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a log goes on that was written before: where its chain ends, and whether it ends where it is known to have ended.
 *
 * @param folder its files
 * @param known where it ended, or {@code null} if that is not known
 */
record LogResumption(LogFolder folder, @Nullable LogHead known) {
    private static final String VERIFY =
            ". `keywarden audit verify` says more; to begin a new log, move the whole folder away";

    /**
     * Where the log goes on.
     *
     * @param end of the file that records are added to
     * @param newLog id for a log that begins
     * @param repaired hears what is not as it was left
     * @throws IOException if records are missing or changed at the end
     */
    LogHead resume(LogEnd end, Supplier<String> newLog, Consumer<String> repaired) throws IOException {
        List<byte[]> lines = end.lines().isEmpty() ? endOfNewestFullFile() : end.lines();
        if (lines.isEmpty()) {
            return resumeEmpty(newLog);
        }
        LogHead found = chained(lines);
        if (known == null) {
            repaired.accept(
                    "the file that says where the log ends was missing; made again. Whether records were missing at"
                            + " the end is not known");
            return found.beginningWith(
                    oldest().sequence().orElse(0L), oldest().previous().orElse(""));
        }
        if (!known.log().equals(found.log())) {
            throw new IOException(
                    "it holds records of the log " + found.log() + ", but belongs to the log " + known.log() + VERIFY);
        }
        requireKnownEnd(lines, found, known);
        return known.endingWith(found.last(), found.lastDigest());
    }

    private LogHead resumeEmpty(Supplier<String> newLog) throws IOException {
        if (known != null && known.last() >= 0) {
            throw new IOException("it is empty, but had records up to " + known.last() + VERIFY);
        }
        return known != null ? known : LogHead.ofEmpty(newLog.get());
    }

    private FirstRecord oldest() throws IOException {
        return FirstRecord.of(folder.files().getFirst());
    }

    /** After a power cut the file that was just begun may be empty. */
    private List<byte[]> endOfNewestFullFile() throws IOException {
        List<Path> full = folder.fullFiles();
        if (full.isEmpty()) {
            return List.of();
        }
        try (FileChannel channel = FileChannel.open(full.getLast(), StandardOpenOption.READ)) {
            return LogEnd.read(channel).lines();
        }
    }

    /** Where a chain of lines ends that hold together. */
    private static LogHead chained(List<byte[]> lines) throws IOException {
        @Nullable LogHead end = null;
        for (byte[] line : lines) {
            RecordLine record = RecordLine.parse(line, 0, line.length);
            if (record == null) {
                throw new IOException("a line at its end is no decision record" + VERIFY);
            }
            if (end != null
                    && (record.sequence() != end.last() + 1
                            || !record.previous().equals(end.lastDigest()))) {
                throw new IOException("record " + record.sequence() + " at its end does not follow from record "
                        + end.last() + VERIFY);
            }
            LogHead before = end == null ? LogHead.ofEmpty(record.log()) : end;
            end = before.endingWith(record.sequence(), RecordLine.digest(line, 0, line.length));
        }
        if (end == null) {
            throw new IllegalArgumentException("no lines");
        }
        return end;
    }

    private static void requireKnownEnd(List<byte[]> lines, LogHead found, LogHead known) throws IOException {
        if (found.last() < known.last()) {
            throw new IOException(
                    "it ends with record " + found.last() + ", but had records up to " + known.last() + VERIFY);
        }
        for (byte[] line : lines) {
            RecordLine record = RecordLine.parse(line, 0, line.length);
            if (record != null
                    && record.sequence() == known.last()
                    && !RecordLine.digest(line, 0, line.length).equals(known.lastDigest())) {
                throw new IOException("record " + known.last() + " at its end was changed" + VERIFY);
            }
        }
    }
}
