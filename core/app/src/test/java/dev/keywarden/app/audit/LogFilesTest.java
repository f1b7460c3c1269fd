package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One chain across files, however often the node ends and begins again. */
final class LogFilesTest {
    private static final long SMALL = 5000;

    private final Path file;

    LogFilesTest(@TempDir Path folder) {
        file = folder.resolve("decisions.jsonl");
    }

    @Test
    void beginsANewFileWhenOneIsFullAndChainsItToTheOneBefore() throws IOException {
        Logs.write(file, Logs.ID, 100, SMALL);
        Logs.write(file, "another would be wrong", 100, SMALL);

        List<Path> files = new LogFolder(file).files();
        assertThat(files).hasSizeGreaterThan(5);
        assertThat(Logs.verify(file).problems()).isEmpty();
        assertThat(Logs.verify(file).records()).isEqualTo(200);
        for (Path full : files) {
            assertThat(Files.size(full)).isLessThan(2 * SMALL);
        }
        byte[] whole = Files.readAllBytes(files.get(2));
        Files.delete(files.get(2));
        assertThat(Logs.verify(file).problems()).hasSize(1).first().asString().contains("missing before record");
        Files.write(files.get(2), whole);
        Files.writeString(files.get(2), "{\"v\":2,", StandardOpenOption.APPEND);
        assertThat(Logs.verify(file).problems()).hasSize(1).first().asString().contains("half a record");
    }

    @Test
    void beginsANewFileWhenOneIsOld() throws IOException {
        AuditSettings settings =
                new AuditSettings(file, Long.MAX_VALUE, Duration.ofHours(1), null, file.resolveSibling("evidence"), 0);
        try (LogFiles files = LogFiles.open(settings, LogFiles::onDisk, () -> Logs.ID, Instant.EPOCH)) {
            files.append(body("1", 0), at(0));
            files.append(body("2", 3599), at(3599));
            files.append(body("3", 3600), at(3600));
        }
        try (LogFiles files = LogFiles.open(settings, LogFiles::onDisk, () -> Logs.ID, at(3600))) {
            files.append(body("4", 7000), at(7000));
            files.append(body("5", 7200), at(7200));
        }

        assertThat(new LogFolder(file).files())
                .extracting(path -> Files.readAllLines(path).size())
                .containsExactly(2, 2, 1);
        assertThat(Logs.verify(file).problems()).isEmpty();
    }

    @Test
    void removesWhatIsOldAndKnowsThatItDid() throws IOException {
        AuditSettings settings = new AuditSettings(
                file, Long.MAX_VALUE, Duration.ofHours(1), Duration.ofHours(3), file.resolveSibling("evidence"), 0);
        try (LogFiles files = LogFiles.open(settings, LogFiles::onDisk, () -> Logs.ID, Instant.EPOCH)) {
            for (int hour = 0; hour < 10; hour++) {
                files.append(body("r" + hour, 3600L * hour), at(3600L * hour));
            }
        }

        LogVerification.Report report = Logs.verify(file);
        assertThat(report.problems()).isEmpty();
        assertThat(report.records()).isEqualTo(5);
        assertThat(report.last()).isEqualTo(9);
        // Whoever removes one more is found out.
        Files.delete(new LogFolder(file).files().getFirst());
        assertThat(Logs.verify(file).problems()).hasSize(1).first().asString().contains("missing before record");
    }

    @Test
    void refusesToGoOnWithALogThatLacksItsEnd() throws IOException {
        Logs.write(file, Logs.ID, 10, Long.MAX_VALUE);
        List<String> lines = Files.readAllLines(file);
        write(lines.subList(0, 9));
        assertThatThrownBy(() -> Logs.write(file, Logs.ID, 1, Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("it ends with record 8, but had records up to 9. `keywarden audit verify`");

        List<String> changed = new ArrayList<>(lines);
        changed.set(9, lines.get(9).replace("deny", "allow"));
        write(changed);
        assertThatThrownBy(() -> Logs.write(file, Logs.ID, 1, Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("record 9 at its end was changed");

        write(List.of());
        assertThatThrownBy(() -> Logs.write(file, Logs.ID, 1, Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("it is empty, but had records up to 9");

        write(lines);
        Logs.write(file, Logs.ID, 1, Long.MAX_VALUE);
        assertThat(Logs.verify(file).problems()).isEmpty();
    }

    @Test
    void refusesRecordsOfAnotherLogAndFilesThatAreNone() throws IOException {
        Logs.write(file, Logs.ID, 3, Long.MAX_VALUE);
        Path other = file.resolveSibling("other.jsonl");
        Logs.write(other, "ffeeddccbbaa9988", 3, Long.MAX_VALUE);
        Files.copy(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> Logs.write(file, Logs.ID, 1, Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to the log " + Logs.ID);

        Path key = file.resolveSibling("key.pem");
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nhalf");
        assertThatThrownBy(() -> Logs.write(key, Logs.ID, 1, Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no decision record");
        assertThat(key).hasContent("-----BEGIN PRIVATE KEY-----\nhalf");
    }

    /** After a power cut the end may be known less well than the log is; after a clean end it is not. */
    @Test
    void goesOnBehindRecordsThatItsHeadDoesNotKnow() throws IOException {
        Logs.write(file, Logs.ID, 5, Long.MAX_VALUE);
        byte[] earlier = Files.readAllBytes(new LogFolder(file).head());
        Logs.write(file, Logs.ID, 5, Long.MAX_VALUE);
        Files.write(new LogFolder(file).head(), earlier);
        assertThat(Logs.verify(file).problems()).isEmpty();
        Logs.write(file, Logs.ID, 5, Long.MAX_VALUE);
        assertThat(Logs.verify(file).records()).isEqualTo(15);

        Files.delete(new LogFolder(file).head());
        assertThat(Logs.verify(file).problems()).hasSize(1).first().asString().contains("is missing or unreadable");
        try (LogFiles files = LogFiles.open(Logs.settings(file), LogFiles::onDisk, () -> "x", Instant.EPOCH)) {
            assertThat(files.takeRepairs()).hasSize(1);
        }
        assertThat(Logs.verify(file).problems()).isEmpty();
    }

    @Test
    void goesOnAfterAPowerCutThatLeftTheNewFileEmpty() throws IOException {
        Logs.write(file, Logs.ID, 100, SMALL);
        LogFolder folder = new LogFolder(file);
        Files.move(
                file,
                folder.full(
                        Long.parseLong(Files.readAllLines(file).getFirst().replaceFirst(".*\"seq\":(\\d+),.*", "$1"))));
        Files.createFile(file);

        Logs.write(file, Logs.ID, 3, SMALL);
        assertThat(Logs.verify(file).problems()).isEmpty();
        assertThat(Logs.verify(file).records()).isEqualTo(103);
    }

    /** @param lines become the file */
    private void write(List<String> lines) throws IOException {
        Files.write(file, lines, StandardCharsets.UTF_8);
    }

    private static List<byte[]> body(String id, long second) {
        return List.of(new RecordBody("node").of(Records.refused(id, "no", at(second))));
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }
}
