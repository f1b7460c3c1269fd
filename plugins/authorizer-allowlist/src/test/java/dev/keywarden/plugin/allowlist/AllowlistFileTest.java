package dev.keywarden.plugin.allowlist;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.files.FileStamp;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import dev.keywarden.testkit.LogCapture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That every change of the file counts from the next decision on, and that nothing but what is in it ever counts. */
final class AllowlistFileTest {
    private static final String ALLOWS = BootInfos.ALLOWING;

    /** The app's id is another one; the length is the same. */
    private static final String DENIES = ALLOWS.replace(BootInfos.APP, "33".repeat(20));

    private final Path folder;
    private final Path file;
    private final LogCapture log = new LogCapture("allowlist");
    private final AllowlistAuthorizer authorizer;

    AllowlistFileTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("allowlist.json");
        this.authorizer = new AllowlistAuthorizer(new AllowlistFile(file, log, FileStamp::of, System::nanoTime));
    }

    @Test
    void seesAFileThatIsWrittenInPlace() throws IOException {
        for (int i = 0; i < 200; i++) {
            Files.writeString(file, i % 2 == 0 ? ALLOWS : DENIES);
            assertThat(allowed()).isEqualTo(i % 2 == 0);
            assertThat(allowed()).isEqualTo(i % 2 == 0);
        }
    }

    @Test
    void seesAFileThatIsRenamedIntoPlace() throws IOException {
        for (int i = 0; i < 200; i++) {
            Path next = Files.writeString(folder.resolve("next"), i % 2 == 0 ? ALLOWS : DENIES);
            Files.move(next, file, ATOMIC_MOVE, REPLACE_EXISTING);
            assertThat(allowed()).isEqualTo(i % 2 == 0);
        }
    }

    /** As mounted ConfigMaps do it: the file is a link into a folder that is itself a link, and that one is swapped. */
    @Test
    void seesALinkThatIsTurnedElsewhere() throws IOException {
        Files.createDirectory(folder.resolve("v0"));
        Files.createDirectory(folder.resolve("v1"));
        Files.writeString(folder.resolve("v0/list"), ALLOWS);
        Files.writeString(folder.resolve("v1/list"), DENIES);
        Files.createSymbolicLink(folder.resolve("data"), Path.of("v0"));
        Files.createSymbolicLink(file, Path.of("data/list"));
        for (int i = 0; i < 50; i++) {
            assertThat(allowed()).isEqualTo(i % 2 == 0);
            Path next = Files.createSymbolicLink(folder.resolve("next"), Path.of(i % 2 == 0 ? "v1" : "v0"));
            Files.move(next, folder.resolve("data"), ATOMIC_MOVE, REPLACE_EXISTING);
        }
    }

    @Test
    void seesAChangeThatHidesBehindTheOldTimeAndLength() throws IOException {
        Files.writeString(file, ALLOWS);
        FileTime past = FileTime.fromMillis(1_700_000_000_000L);
        Files.setLastModifiedTime(file, past);
        assertThat(allowed()).isTrue();
        Files.writeString(file, DENIES);
        Files.setLastModifiedTime(file, past);
        assertThat(allowed()).isFalse();
    }

    @Test
    void deniesWhileTheFileIsMissingAndRecovers() throws IOException {
        Files.writeString(file, ALLOWS);
        assertThat(allowed()).isTrue();
        Files.delete(file);
        assertThat(refusal())
                .isEqualTo(
                        new Decision.Reason("allowlist.file_missing", "the allowlist allowlist.json does not exist"));
        Files.writeString(file, ALLOWS);
        assertThat(allowed()).isTrue();
    }

    @Test
    void deniesWhileTheFileIsBrokenSaysWhyAndRecovers() throws IOException {
        Files.writeString(file, ALLOWS);
        assertThat(allowed()).isTrue();
        Files.writeString(file, ALLOWS.replace("composeHashes", "composeHash"));
        for (int i = 0; i < 3; i++) {
            assertThat(refusal().code()).isEqualTo("allowlist.file_broken");
            assertThat(refusal().message())
                    .startsWith("the allowlist allowlist.json is broken: line 5, column ")
                    .endsWith("has no key \"composeHash\"; did you mean composeHashes?")
                    .doesNotContain(folder.toString());
        }
        assertThatThrownBy(authorizer::authorityInfo)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.UNAVAILABLE))
                .hasMessageContaining("is broken");
        Files.writeString(file, ALLOWS);
        assertThat(allowed()).isTrue();

        assertThat(log.lines())
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("INFO The allowlist " + file + " was read: 1 apps"),
                        line -> assertThat(line)
                                .startsWith("WARNING The allowlist " + file + " is broken: line 5")
                                .endsWith("until that is mended every request is denied"),
                        line -> assertThat(line).startsWith("INFO "));
    }

    @Test
    void deniesWhatIsNoPlainFile() throws IOException {
        Files.createDirectory(file);
        assertThat(refusal())
                .isEqualTo(new Decision.Reason(
                        "allowlist.file_unreadable", "the allowlist allowlist.json is not a plain file"));
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("nowhere"));
        assertThat(refusal().message()).endsWith("is a symbolic link that leads nowhere");
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("allowlist.json"));
        assertThat(refusal().code()).isEqualTo("allowlist.file_unreadable");
    }

    @Test
    void deniesAFileThatIsTooLong() throws IOException {
        try (var sparse = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            sparse.position(AllowlistFile.MAX_BYTES).write(ByteBuffer.wrap(new byte[1]));
        }
        assertThat(refusal().message()).contains("has 268435457 bytes; at most 268435456 are read");
    }

    /** Two changes in one tick of the file system's clock, of the same length: nothing but the content tells them apart. */
    @Test
    void doesNotTrustAStampThatIsYoungerThanATick() throws IOException {
        FileStamp same = stamp(1_700_000_000_123_000_000L);
        AtomicLong now = new AtomicLong();
        AtomicInteger looks = new AtomicInteger();
        AllowlistAuthorizer racy = new AllowlistAuthorizer(new AllowlistFile(
                file,
                log,
                path -> {
                    looks.incrementAndGet();
                    return same;
                },
                now::get));
        Files.writeString(file, ALLOWS);
        assertThat(allowed(racy)).isTrue();
        Files.writeString(file, DENIES);
        assertThat(allowed(racy)).isFalse();
        now.addAndGet(Duration.ofMillis(49).toNanos());
        Files.writeString(file, ALLOWS);
        assertThat(allowed(racy)).isTrue();

        // From here on a real file system would give another stamp; that the file is not read any more shows.
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(allowed(racy)).isTrue();
        Files.delete(file);
        int before = looks.get();
        assertThat(allowed(racy)).isTrue();
        assertThat(looks.get()).isEqualTo(before + 1);
    }

    @Test
    void waitsLongerWhereStampsAreWholeSeconds() {
        assertThat(stamp(1_700_000_000_000_000_000L).granularity()).isEqualTo(Duration.ofMillis(2100));
        assertThat(stamp(1_700_000_000_000_000_001L).granularity()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void readsABrokenFileOnceAndNotForEveryRequest() throws IOException {
        AtomicLong now = new AtomicLong();
        AllowlistAuthorizer patient = new AllowlistAuthorizer(
                new AllowlistFile(file, log, path -> stamp(1_700_000_000_123_000_000L), now::get));
        Files.writeString(file, "{");
        assertThat(allowed(patient)).isFalse();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(allowed(patient)).isFalse();
        Files.delete(file);
        assertThat(refusal(patient).code()).isEqualTo("allowlist.file_broken");
    }

    @Test
    void deniesWhileSomebodyKeepsWriting() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        AllowlistAuthorizer restless = new AllowlistAuthorizer(
                new AllowlistFile(file, log, path -> stamp(looks.incrementAndGet()), System::nanoTime));
        Files.writeString(file, ALLOWS);
        assertThat(refusal(restless))
                .isEqualTo(new Decision.Reason(
                        "allowlist.file_changing", "the allowlist allowlist.json is being written to"));
    }

    @Test
    void readsAgainWhatChangedWhileItWasRead() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        AllowlistAuthorizer overtaken = new AllowlistAuthorizer(new AllowlistFile(
                file,
                log,
                path -> {
                    if (looks.incrementAndGet() == 4) {
                        // After the first reading, before it is compared: as if it had happened in the middle.
                        Files.writeString(file, DENIES);
                    }
                    return stamp(looks.get() < 4 ? 1 : 2);
                },
                System::nanoTime));
        Files.writeString(file, ALLOWS);
        assertThat(allowed(overtaken)).isFalse();
    }

    @Test
    void deniesIfTheFileGoesWhileItIsRead() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        AllowlistAuthorizer unlucky = new AllowlistAuthorizer(new AllowlistFile(
                file,
                log,
                path -> {
                    if (looks.incrementAndGet() == 4) {
                        throw new NoSuchFileException(file.toString());
                    }
                    return stamp(1);
                },
                System::nanoTime));
        Files.writeString(file, ALLOWS);
        assertThat(allowed(unlucky)).isFalse();
        assertThat(allowed(unlucky)).isTrue();
    }

    /** Many ask while one writes: whoever begins to ask after a change was complete gets an answer from after it. */
    @Test
    void neverDecidesByAnOldListUnderLoad() throws Exception {
        Files.writeString(file, ALLOWS);
        AtomicInteger written = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        // Platform threads: virtual ones that never block would keep the rest from a processor.
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> askers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                askers.add(threads.submit(() -> {
                    int asked = 0;
                    while (!done.get()) {
                        int before = written.get();
                        boolean allowed = allowed();
                        int after = written.get();
                        if (before == after && before % 2 == 0) {
                            assertThat(allowed).isEqualTo(before / 2 % 2 == 0);
                            asked++;
                        }
                    }
                    return asked;
                }));
            }
            try {
                change(300, written);
            } finally {
                done.set(true);
            }
            for (Future<Integer> asker : askers) {
                assertThat(asker.get()).isNotNegative();
            }
        }
    }

    private void change(int times, AtomicInteger written) throws IOException {
        for (int i = 0; i < times; i++) {
            Path next = Files.writeString(folder.resolve("next"), i % 2 == 0 ? DENIES : ALLOWS);
            // Odd while a change is under way, when nobody can tell.
            written.incrementAndGet();
            Files.move(next, file, ATOMIC_MOVE, REPLACE_EXISTING);
            written.incrementAndGet();
            assertThat(allowed()).isEqualTo(i % 2 != 0);
        }
    }

    private boolean allowed() {
        return allowed(authorizer);
    }

    private static boolean allowed(AllowlistAuthorizer authorizer) {
        return authorizer.authorize(BootInfos.app()) instanceof Decision.Allow;
    }

    private Decision.Reason refusal() {
        return refusal(authorizer);
    }

    private static Decision.Reason refusal(AllowlistAuthorizer authorizer) {
        Decision decision = authorizer.authorize(BootInfos.app());
        assertThat(decision).isInstanceOf(Decision.Deny.class);
        return ((Decision.Deny) decision).reasons().getFirst();
    }

    private static FileStamp stamp(long changedNanos) {
        FileTime time = FileTime.from(changedNanos, TimeUnit.NANOSECONDS);
        return new FileStamp("inode", 100, time, time, true);
    }
}
