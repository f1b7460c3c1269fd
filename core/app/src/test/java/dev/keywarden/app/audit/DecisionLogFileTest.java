package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No record is lost that was said to be durable, and nothing is said that is not so. */
@Timeout(30)
final class DecisionLogFileTest {
    private final Path made;
    private final Path file;

    DecisionLogFileTest(@TempDir Path folder) {
        made = folder.resolve("made");
        file = made.resolve("on/demand/decisions.jsonl");
    }

    @Test
    void createsFileAndFoldersForItsUserAlone() throws IOException {
        open("node").close();

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        for (Path folder : List.of(made, made.resolve("on"), made.resolve("on/demand"))) {
            assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void numbersRecordsWithoutGapsAcrossRestarts() throws IOException {
        try (DecisionLogFile log = open("before")) {
            log.commit(List.of(Records.allowed("1"), Records.allowed("2")));
            log.commit(List.of());
        }
        try (DecisionLogFile log = open("after")) {
            log.commit(List.of(Records.allowed("3")));
        }

        assertThat(requestIds()).containsExactly("1", "2", "3");
        assertThat(lines()).extracting(line -> line.get("seq").asLong()).containsExactly(0L, 1L, 2L);
        assertThat(lines()).extracting(line -> line.get("node").asText()).containsExactly("before", "before", "after");
    }

    @Test
    void cutsOffTheHalfRecordThatACrashLeft() throws IOException {
        try (DecisionLogFile log = open("node")) {
            log.commit(List.of(Records.allowed("1")));
        }
        Files.writeString(file, "{\"v\":2,\"log\":\"", StandardOpenOption.APPEND);

        try (DecisionLogFile log = open("node")) {
            log.commit(List.of(Records.allowed("2")));
        }

        assertThat(requestIds()).containsExactly("1", "2");
        assertThat(lines()).extracting(line -> line.get("seq").asLong()).containsExactly(0L, 1L, 2L);
        assertThat(lines().get(1).get("event").asText()).isEqualTo("repaired");
        assertThat(lines().get(1).get("details").asText()).startsWith("the last 14 bytes were half a record");
    }

    @Test
    void leavesAFileAloneThatIsNoLog() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "precious");

        assertThatThrownBy(() -> open("node")).isInstanceOf(IOException.class);

        assertThat(file).hasContent("precious");
    }

    @Test
    void refusesASecondWriter() throws IOException {
        try (DecisionLogFile first = open("first")) {
            assertThatThrownBy(() -> open("second"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("another node writes to it");
            first.commit(List.of(Records.allowed("1")));
        }
        open("second").close();

        assertThat(requestIds()).containsExactly("1");
    }

    @Test
    void refusesAFolderInPlaceOfAFile() throws IOException {
        Files.createDirectories(file);

        assertThatThrownBy(() -> open("node")).isInstanceOf(IOException.class);
    }

    @Test
    void returnsOnlyAfterTheFlush() throws Exception {
        FaultyChannel channel = channel();
        HeldFlush flush = new HeldFlush();
        channel.forces.add(flush);
        try (DecisionLogFile log = open(channel)) {
            Committing committing = Committing.start(log, "1");
            flush.begun.await();

            assertThat(committing.thread.isAlive()).isTrue();
            assertThat(requestIds()).containsExactly("1");

            flush.mayEnd.countDown();
            assertThat(committing.failure()).isNull();
        }
        assertThat(channel.flushes()).isEqualTo(1);
    }

    @Test
    void sharesOneFlushAmongAllWhoCameDuringTheOneBefore() throws Exception {
        int many = 50;
        FaultyChannel channel = channel();
        HeldFlush flush = new HeldFlush();
        channel.forces.add(flush);
        try (DecisionLogFile log = open(channel)) {
            Committing first = Committing.start(log, "first");
            flush.begun.await();
            List<Committing> others = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                others.add(Committing.start(log, "other-" + i).awaitWaiting());
            }
            flush.mayEnd.countDown();

            assertThat(first.failure()).isNull();
            for (Committing other : others) {
                assertThat(other.failure()).isNull();
            }
        }

        assertThat(channel.flushes()).isEqualTo(2);
        assertThat(requestIds()).hasSize(1 + many).startsWith("first");
        assertThat(lines())
                .extracting(line -> line.get("seq").asInt())
                .isEqualTo(IntStream.rangeClosed(0, many).boxed().toList());
    }

    @Test
    void losesNothingAndMixesNothingUnderManyWriters() throws Exception {
        int writers = 8;
        int each = 25;
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (DecisionLogFile log = open("node")) {
            List<Thread> threads = IntStream.range(0, writers)
                    .mapToObj(writer -> Thread.ofVirtual().unstarted(() -> {
                        for (int i = 0; i < each; i++) {
                            String id = writer + "-" + i;
                            log.commit(List.of(Records.refused(id, "first"), Records.allowed(id)));
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.setUncaughtExceptionHandler((ignored, failure) -> failures.add(failure));
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        assertThat(failures).isEmpty();
        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(2 * writers * each);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i).get("seq").asInt()).isEqualTo(i);
            // The records of one commit stand together, in their order.
            assertThat(lines.get(i).get("outcome").asText()).isEqualTo(i % 2 == 0 ? "deny" : "allow");
            assertThat(lines.get(i).get("request_id"))
                    .isEqualTo(lines.get(i - i % 2).get("request_id"));
        }
    }

    @Test
    void failsEveryoneWhoWaitedForAFlushThatFailed() throws Exception {
        FaultyChannel channel = channel();
        HeldFlush flush = new HeldFlush();
        channel.forces.add(flush);
        channel.forces.add(FaultyChannel.failing("No space left on device"));
        try (DecisionLogFile log = open(channel)) {
            Committing first = Committing.start(log, "first");
            flush.begun.await();
            Committing second = Committing.start(log, "second").awaitWaiting();
            Committing third = Committing.start(log, "third").awaitWaiting();
            flush.mayEnd.countDown();

            assertThat(first.failure()).isNull();
            assertThat(second.failure())
                    .isInstanceOf(DecisionLogException.class)
                    .hasMessage(file + ": the decision can't be recorded (No space left on device),"
                            + " so nothing is released");
            assertThat(third.failure()).isInstanceOf(DecisionLogException.class);
            assertThat(requestIds()).containsExactly("first");
            assertThat(log.problem()).contains("No space left on device");

            log.commit(List.of(Records.allowed("fourth")));
            assertThat(log.problem()).isEmpty();
        }
        assertThat(requestIds()).containsExactly("first", "fourth");
        assertThat(lines()).extracting(line -> line.get("seq").asLong()).containsExactly(0L, 1L, 2L);
        assertThat(lines().get(1).get("event").asText()).isEqualTo("recovered");
        assertThat(lines().get(1).get("details").asText()).endsWith("No space left on device");
    }

    @Test
    void cutsOffWhatAFailedWriteLeft() throws IOException {
        FaultyChannel channel = channel();
        try (DecisionLogFile log = open(channel)) {
            log.commit(List.of(Records.allowed("1")));
            channel.writes.add(FaultyChannel.failing("Input/output error"));

            assertThatThrownBy(() -> log.commit(List.of(Records.allowed("2"))))
                    .isInstanceOf(DecisionLogException.class);
            assertThat(requestIds()).containsExactly("1");

            log.commit(List.of(Records.allowed("3")));
        }
        assertThat(requestIds()).containsExactly("1", "3");
    }

    @Test
    void staysBrokenUntilItCanBeCutBack() throws IOException {
        FaultyChannel channel = channel();
        try (DecisionLogFile log = open(channel)) {
            log.commit(List.of(Records.allowed("1")));
            channel.writes.add(FaultyChannel.failing("Input/output error"));
            // Tried right after the failed write, then before each of the next two.
            IntStream.range(0, 3).forEach(i -> channel.truncations.add(FaultyChannel.failing("Read-only file system")));

            for (String id : List.of("2", "3", "4")) {
                assertThatThrownBy(() -> log.commit(List.of(Records.allowed(id))))
                        .isInstanceOf(DecisionLogException.class);
            }
            assertThat(channel.truncations).isEmpty();
            log.commit(List.of(Records.allowed("5")));
        }
        assertThat(requestIds()).containsExactly("1", "5");
        assertThat(lines()).extracting(line -> line.get("seq").asLong()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void leavesNobodyWaitingAfterAnError() throws IOException {
        FaultyChannel channel = channel();
        try (DecisionLogFile log = open(channel)) {
            channel.forces.add(() -> {
                throw new OutOfMemoryError("Java heap space");
            });

            assertThatThrownBy(() -> log.commit(List.of(Records.allowed("1"))))
                    .isInstanceOf(DecisionLogException.class)
                    .hasMessageContaining("Java heap space");
            log.commit(List.of(Records.allowed("2")));
        }
        assertThat(requestIds()).containsExactly("2");
    }

    @Test
    void finishesWhatWaitsBeforeItCloses() throws Exception {
        FaultyChannel channel = channel();
        HeldFlush flush = new HeldFlush();
        channel.forces.add(flush);
        DecisionLogFile log = open(channel);
        Committing first = Committing.start(log, "1");
        flush.begun.await();
        Committing second = Committing.start(log, "2").awaitWaiting();
        Thread closing = Thread.ofPlatform().start(log::close);
        flush.mayEnd.countDown();
        closing.join();

        assertThat(first.failure()).isNull();
        assertThat(second.failure()).isNull();
        assertThat(requestIds()).containsExactly("1", "2");
    }

    @Test
    void refusesRecordsOnceClosed() throws IOException {
        DecisionLogFile log = open("node");
        log.close();
        log.close();

        assertThatThrownBy(() -> log.commit(List.of(Records.allowed("1")))).isInstanceOf(DecisionLogException.class);
        assertThat(lines()).isEmpty();
    }

    /** A node to which nobody comes any more must find out by itself that its disk has room again. */
    @Test
    @Timeout(30)
    void recoversWithoutAnyoneAsking() throws Exception {
        FaultyChannel channel = channel();
        try (DecisionLogFile log = open(channel)) {
            channel.writes.add(FaultyChannel.failing("No space left on device"));
            assertThatThrownBy(() -> log.commit(List.of(Records.allowed("1"))))
                    .isInstanceOf(DecisionLogException.class);

            while (log.problem().isPresent()) {
                Thread.sleep(20);
            }
        }
        assertThat(lines()).extracting(line -> line.get("event").asText()).containsExactly("recovered");
    }

    @Test
    void putsALogOfTheFormatBeforeAside() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"v\":1,\"seq\":0}\n");
        try (DecisionLogFile log = open("node")) {
            log.commit(List.of(Records.allowed("1")));
        }

        assertThat(file.resolveSibling("decisions-v1.jsonl")).hasContent("{\"v\":1,\"seq\":0}");
        assertThat(lines()).extracting(line -> line.get("kind").asText()).containsExactly("log", "decision");
    }

    private DecisionLogFile open(String node) throws IOException {
        return DecisionLogFile.open(Logs.settings(file), node, () -> Logs.ID, Logs.CLOCK);
    }

    /** On a disk that does as it is told. */
    private DecisionLogFile open(FaultyChannel channel) throws IOException {
        return DecisionLogFile.open(Logs.settings(file), "node", () -> Logs.ID, Logs.CLOCK, path -> channel);
    }

    private FaultyChannel channel() throws IOException {
        Files.createDirectories(file.getParent());
        return FaultyChannel.open(file);
    }

    private List<JsonNode> lines() throws IOException {
        ObjectMapper reader = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(reader.readTree(line));
        }
        return lines;
    }

    private List<String> requestIds() throws IOException {
        return lines().stream()
                .filter(line -> line.get("kind").asText().equals("decision"))
                .map(line -> line.get("request_id").asText())
                .toList();
    }

    /** A flush that lasts until it may end. */
    private static final class HeldFlush implements FaultyChannel.Fault {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);

        @Override
        public void happen() throws IOException {
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }
    }

    /** One request that waits for its record. */
    private static final class Committing {
        private final Thread thread;
        private volatile @Nullable Throwable failure;

        private Committing(DecisionLogFile log, String requestId) {
            thread = Thread.ofPlatform().unstarted(() -> log.commit(List.of(Records.allowed(requestId))));
            thread.setUncaughtExceptionHandler((ignored, thrown) -> failure = thrown);
        }

        static Committing start(DecisionLogFile log, String requestId) {
            Committing committing = new Committing(log, requestId);
            committing.thread.start();
            return committing;
        }

        /** While the writer is held in a flush, a request waits for nothing but its own record. */
        Committing awaitWaiting() {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            return this;
        }

        @Nullable Throwable failure() throws InterruptedException {
            thread.join();
            return failure;
        }
    }
}
