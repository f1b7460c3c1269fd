package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to one of ten thousand records, wherever it stands, is found. Each case goes on from what was read before the
 * place, so that ten thousand places cost no more than a few readings of the whole.
 */
final class ChainCheckTest {
    private static final int RECORDS = 10_000;

    private static List<byte[]> lines;
    private static List<byte[]> strangers;
    private static LogHead head;

    @BeforeAll
    static void writeTwoLogs(@TempDir Path folder) throws IOException {
        Path own = folder.resolve("own/decisions.jsonl");
        Path other = folder.resolve("other/decisions.jsonl");
        Logs.write(own, Logs.ID, RECORDS, Long.MAX_VALUE);
        Logs.write(other, "ffeeddccbbaa9988", RECORDS, Long.MAX_VALUE);
        lines = lines(own);
        strangers = lines(other);
        head = Logs.head(own);
        assertThat(lines).hasSize(RECORDS);
    }

    private static List<byte[]> lines(Path file) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(line.getBytes(StandardCharsets.UTF_8));
        }
        return lines;
    }

    /** What somebody did at a place. */
    @FunctionalInterface
    private interface Damage {
        /** The lines from this place on, in pieces. */
        List<List<byte[]>> at(int place);
    }

    @Test
    void findsNothingWrongWithAWholeLog() {
        ChainCheck check = new ChainCheck(head, null);
        feed(check, lines);
        check.end();

        assertThat(check.report().problems()).isEmpty();
        assertThat(check.report().records()).isEqualTo(RECORDS);
        assertThat(check.report().last()).isEqualTo(RECORDS - 1);
        assertThat(check.report().notes()).isEmpty();
    }

    @Test
    void findsAnEditedRecordAtEveryPlace() {
        everywhere(0, place -> replaced(place, edited(lines.get(place))));
    }

    @Test
    void findsARecordWhoseOutcomeWasChangedAtEveryPlace() {
        everywhere(
                0,
                place -> replaced(
                        place,
                        new String(lines.get(place), StandardCharsets.UTF_8)
                                .replace("\"outcome\":\"deny\"", "\"outcome\":\"allow\"")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void findsARemovedRecordAtEveryPlace() {
        everywhere(0, place -> List.of(from(place + 1)));
    }

    @Test
    void findsAMovedRecordAtEveryPlace() {
        everywhere(1, place -> {
            int behind = Math.min(RECORDS, place + 8);
            return List.of(lines.subList(place + 1, behind), List.of(lines.get(place)), from(behind));
        });
    }

    @Test
    void findsARepeatedRecordAtEveryPlace() {
        everywhere(0, place -> List.of(List.of(lines.get(place)), from(place)));
    }

    @Test
    void findsARecordOfAnotherNodeAtEveryPlace() {
        everywhere(0, place -> replaced(place, strangers.get(place)));
        everywhere(0, place -> List.of(List.of(strangers.get(place)), from(place)));
    }

    @Test
    void findsALogCutOffAtEveryPlace() {
        everywhere(0, place -> List.of());
        everywhere(0, place -> List.of(List.of(Arrays.copyOf(lines.get(place), lines.get(place).length / 2))));
    }

    /** @param notLast how many places at the end the damage does nothing at */
    private static void everywhere(int notLast, Damage damage) {
        ChainCheck before = new ChainCheck(head, null);
        for (int place = 0; place < RECORDS - notLast; place++) {
            ChainCheck check = before.copy();
            damage.at(place).forEach(piece -> feed(check, piece));
            if (check.isSound()) {
                check.end();
            }
            assertThat(check.isSound()).as("record %d", place).isFalse();
            before.line(lines.get(place), 0, lines.get(place).length, "line");
        }
    }

    /** Reads until something is found, or to the end. */
    private static void feed(ChainCheck check, List<byte[]> more) {
        for (int i = 0; i < more.size() && check.isSound(); i++) {
            check.line(more.get(i), 0, more.get(i).length, "line");
        }
    }

    private static List<List<byte[]>> replaced(int place, byte[] line) {
        return List.of(List.of(line), from(place + 1));
    }

    private static List<byte[]> from(int place) {
        return lines.subList(place, RECORDS);
    }

    private static byte[] edited(byte[] line) {
        byte[] edited = line.clone();
        edited[edited.length - 5] ^= 1;
        return edited;
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(problems(without(17))).containsExactly("line: record 17 is missing before record 18");
        assertThat(problems(lines.subList(3, RECORDS)))
                .containsExactly("line: records 0 to 2 are missing before record 3");
        assertThat(problems(lines.subList(0, RECORDS - 2)))
                .containsExactly("records 9998 to 9999 are missing at the end");
        List<byte[]> changed = new ArrayList<>(lines);
        changed.set(20, edited(lines.get(20)));
        assertThat(problems(changed))
                .containsExactly("line: record 21 does not follow from the one before: one of the two was changed");
        changed.set(20, lines.get(20));
        changed.set(RECORDS - 1, edited(lines.get(RECORDS - 1)));
        assertThat(problems(changed)).containsExactly("line: record 9999 was changed since it was written");
        changed = new ArrayList<>(lines);
        changed.add(5, strangers.get(5));
        assertThat(problems(changed))
                .containsExactly("line: record 5 is of another log, ffeeddccbbaa9988 and not " + Logs.ID);
    }

    @Test
    void comparesAnEndThatWasWrittenDownElsewhere() {
        LogHead noted = new LogHead("", 0, "", 5000, RecordLine.digest(lines.get(5000), 0, lines.get(5000).length));
        LogHead lie = new LogHead("", 0, "", 5000, "00".repeat(32));
        // Somebody who may write everywhere makes log and head anew.
        LogHead shorter = head.endingWith(4000, RecordLine.digest(lines.get(4000), 0, lines.get(4000).length));

        assertThat(problems(new ChainCheck(head, noted), lines)).isEmpty();
        assertThat(problems(new ChainCheck(head, lie), lines))
                .containsExactly("line: record 5000 was changed since it was written");
        assertThat(problems(new ChainCheck(shorter, null), lines.subList(0, 4001)))
                .isEmpty();
        assertThat(problems(new ChainCheck(shorter, noted), lines.subList(0, 4001)))
                .containsExactly("records 4001 to 5000 are missing at the end, by the end that was given");
    }

    @Test
    void notesAClockThatWasSetBack() {
        RecordBody body = new RecordBody("node");
        ChainCheck check = new ChainCheck(null, null);
        String previous = RecordLine.genesis(Logs.ID);
        long[] seconds = {1000, 1030, 990, 500, 510};
        for (int i = 0; i < seconds.length; i++) {
            byte[] line = new RecordLine(Logs.ID, i, previous)
                    .with(body.of(Records.refused("r", "no", java.time.Instant.ofEpochSecond(seconds[i]))));
            previous = RecordLine.digest(line, 0, line.length);
            check.line(line, 0, line.length, "line");
        }

        assertThat(check.isSound()).isTrue();
        assertThat(check.report().notes())
                .containsExactly("the clock was set back by 530 s before record 3 (1970-01-01T00:08:20Z)");
    }

    private static List<byte[]> without(int place) {
        List<byte[]> rest = new ArrayList<>(lines);
        rest.remove(place);
        return rest;
    }

    private static List<String> problems(List<byte[]> content) {
        return problems(new ChainCheck(head, null), content);
    }

    private static List<String> problems(ChainCheck check, List<byte[]> content) {
        content.forEach(line -> check.line(line, 0, line.length, "line"));
        check.end();
        return check.report().problems();
    }
}
