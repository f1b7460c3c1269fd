package dev.keywarden.app.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the lines of a log one after the other, and finds where they do not follow from each other, do not begin where the
 * log begins, or do not end where it ends.
 */
final class ChainCheck {
    private static final int SHOWN = 20;
    private static final int BEGINNING_BYTES = 256;
    private static final String TIME = "\"time\":\"";
    private static final int SECOND_DIGITS = "2026-01-02T03:04:05".length();

    /** Questions are put before they are recorded, and some wait for an authorizer longer than others. */
    private static final Duration DISORDER = Duration.ofMinutes(1);

    private final MessageDigest sha256 = RecordLine.sha256();
    private final @Nullable LogHead head;
    private final @Nullable LogHead noted;
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable String log;
    private @Nullable String previous;
    private long next;
    private long records;
    private long problemCount;
    private @Nullable Instant newest;
    private String second = "";

    /**
     * @param head where the log begins and ends, or {@code null} if that is not known
     * @param noted an end that somebody wrote down elsewhere, or {@code null}
     */
    ChainCheck(@Nullable LogHead head, @Nullable LogHead noted) {
        this.head = head;
        this.noted = noted;
        if (head != null) {
            log = head.log();
            next = head.first();
            previous = head.firstPrevious();
        }
    }

    /** A copy that goes on by itself. */
    ChainCheck copy() {
        ChainCheck copy = new ChainCheck(head, noted);
        copy.problems.addAll(problems);
        copy.notes.addAll(notes);
        copy.log = log;
        copy.previous = previous;
        copy.next = next;
        copy.records = records;
        copy.problemCount = problemCount;
        copy.newest = newest;
        copy.second = second;
        return copy;
    }

    /**
     * The next line, without its end.
     *
     * @param place where it stands, for people
     */
    void line(byte[] bytes, int from, int to, String place) {
        records++;
        String digest = RecordLine.digest(sha256, bytes, from, to);
        RecordLine line = RecordLine.parse(bytes, from, to);
        if (line == null) {
            problem(place + ": no record of version " + RecordLine.VERSION);
            follow(next, digest);
            return;
        }
        if (isLeftOver(line)) {
            return;
        }
        begin(line);
        if (!line.log().equals(log)) {
            problem(place + ": record " + line.sequence() + " is of another log, " + line.log() + " and not " + log);
        } else if (line.sequence() < next) {
            problem(place + ": record " + line.sequence() + " stands behind record " + (next - 1)
                    + ": it was moved, or is there twice");
        } else {
            if (line.sequence() > next) {
                problem(place + ": " + missing(next, line.sequence() - 1) + " missing before record "
                        + line.sequence());
            } else if (!line.previous().equals(previous)) {
                problem(place + ": record " + line.sequence()
                        + " does not follow from the one before: one of the two was" + " changed");
            }
            follow(line.sequence(), digest);
            checkTime(bytes, from, to, line.sequence());
            checkKnown(head, line.sequence(), digest, place);
            checkKnown(noted, line.sequence(), digest, place);
        }
    }

    /** Files that were about to be removed when the node ended. */
    private boolean isLeftOver(RecordLine line) {
        return head != null && line.sequence() < head.first() && line.log().equals(head.log()) && next == head.first();
    }

    private void begin(RecordLine line) {
        if (log == null) {
            log = line.log();
            next = line.sequence();
            previous = line.sequence() == 0 ? RecordLine.genesis(line.log()) : line.previous();
        }
    }

    private void follow(long sequence, String digest) {
        next = sequence + 1;
        previous = digest;
    }

    private void checkKnown(@Nullable LogHead known, long sequence, String digest, String place) {
        if (known != null && known.last() == sequence && !known.lastDigest().equals(digest)) {
            problem(place + ": record " + sequence + " was changed since it was written");
        }
    }

    private void checkTime(byte[] bytes, int from, int to, long sequence) {
        Instant time = time(bytes, from, to);
        Instant before = newest;
        if (time == null) {
            return;
        }
        if (before != null && time.isBefore(before.minus(DISORDER))) {
            notes.add("the clock was set back by "
                    + Duration.between(time, before).toSeconds() + " s before record " + sequence + " (" + time + ")");
            newest = time;
        } else if (before == null || time.isAfter(before)) {
            newest = time;
        }
    }

    /** Null if it is none, or in the same second as the one before: reading a time costs more than hashing a line. */
    private @Nullable Instant time(byte[] bytes, int from, int to) {
        String beginning = new String(bytes, from, Math.min(BEGINNING_BYTES, to - from), StandardCharsets.ISO_8859_1);
        int start = beginning.indexOf(TIME) + TIME.length();
        int end = start < TIME.length() ? -1 : beginning.indexOf('"', start);
        if (end < start + SECOND_DIGITS || (!second.isEmpty() && beginning.startsWith(second, start))) {
            return null;
        }
        second = beginning.substring(start, start + SECOND_DIGITS);
        try {
            return Instant.parse(beginning.substring(start, end));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /**
     * Bytes behind the last whole line of a file.
     *
     * @param newestFile whether records are added to it
     */
    void torn(long bytes, String place, boolean newestFile) {
        if (newestFile) {
            notes.add(place + ": " + bytes + " bytes at the end are half a record, being written or left by a crash");
        } else {
            problem(place + ": " + bytes + " bytes at the end are half a record");
        }
    }

    /** Nothing comes any more. */
    void end() {
        if (head == null) {
            problem(
                    "the file that says where the log begins and ends is missing or unreadable, so missing records at either"
                            + " end would not be missed");
        } else if (next <= head.last()) {
            problem(missing(next, head.last()) + " missing at the end");
        }
        if (noted != null && next <= noted.last()) {
            problem(missing(next, noted.last()) + " missing at the end, by the end that was given");
        }
    }

    private static String missing(long from, long to) {
        return from == to ? "record " + from + " is" : "records " + from + " to " + to + " are";
    }

    private void problem(String sentence) {
        problemCount++;
        if (problems.size() < SHOWN) {
            problems.add(sentence);
        }
    }

    boolean isSound() {
        return problemCount == 0;
    }

    LogVerification.Report report() {
        String digest = previous;
        return new LogVerification.Report(
                records, log == null ? "" : log, next - 1, digest == null ? "" : digest, problemCount, problems, notes);
    }
}
