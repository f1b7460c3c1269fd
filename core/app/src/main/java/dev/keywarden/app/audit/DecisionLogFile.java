package dev.keywarden.app.audit;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An append-only log of records in files, with group commit.
 *
 * <p>Callers hand their records to one writer thread and wait. The writer takes everything that is waiting, writes it in
 * one go and flushes once, so that the cost of a flush is shared by all requests that came in during the flush before it.
 *
 * <p>A failed write or flush fails every waiting caller and leaves nothing of them behind. From then on the log says that it
 * has a problem, and tries once a second whether the problem is over, so that a node to which nobody comes any more recovers.
 */
public final class DecisionLogFile implements DecisionLog {
    private static final System.Logger LOG = System.getLogger(DecisionLogFile.class.getName());
    private static final int MAX_BATCH = 4096;
    private static final long RETRY_MILLIS = 1000;

    /** Tells the writer that nothing comes after it. */
    private static final Waiting LAST = new Waiting(List.of(), new CompletableFuture<>());

    private final AuditSettings settings;
    private final LogFiles files;
    private final EvidenceStore evidence;
    private final RecordBody body;
    private final InstantSource clock;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread writer;

    // Only the writer thread touches these two.
    private final List<LogRecord> notes = new ArrayList<>();
    private long failures;

    private volatile @Nullable String problem;
    private volatile boolean closing;

    private record Waiting(List<byte[]> bodies, CompletableFuture<Void> done) {}

    private DecisionLogFile(
            AuditSettings settings, LogFiles files, EvidenceStore evidence, String node, InstantSource clock) {
        this.settings = settings;
        this.files = files;
        this.evidence = evidence;
        this.body = new RecordBody(node);
        this.clock = clock;
        this.notes.addAll(files.takeRepairs());
        this.writer = Thread.ofPlatform().name("decision-log").daemon().unstarted(this::run);
    }

    /**
     * Opens a log, creating files (0600) and folders (0700) if needed.
     *
     * @param node id of this node, written into each record
     * @param newLog an id for a log that begins, 16 random hex digits
     * @throws IOException if it can't be opened or repaired, or is open already
     */
    public static DecisionLogFile open(
            AuditSettings settings, String node, Supplier<String> newLog, InstantSource clock) throws IOException {
        return open(settings, node, newLog, clock, LogFiles::onDisk);
    }

    static DecisionLogFile open(
            AuditSettings settings, String node, Supplier<String> newLog, InstantSource clock, LogFiles.Opener opener)
            throws IOException {
        EvidenceStore evidence = EvidenceStore.open(settings.evidenceFolder(), settings.evidenceBytes());
        LogFiles files = LogFiles.open(settings, opener, newLog, clock.instant());
        DecisionLogFile log = new DecisionLogFile(settings, files, evidence, node, clock);
        log.writer.start();
        return log;
    }

    @Override
    public void commit(List<? extends AuditRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        Waiting waiting = new Waiting(records.stream().map(body::of).toList(), new CompletableFuture<>());
        queue.add(waiting);
        // Checked after the insertion: whichever of closing and inserting came second sees the other.
        if (closing && queue.remove(waiting)) {
            throw new DecisionLogException(
                    settings.file() + ": the decision log is closed", new IllegalStateException("closed"));
        }
        try {
            waiting.done().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new DecisionLogException(
                    settings.file() + ": the decision can't be recorded (" + cause.getMessage()
                            + "), so nothing is released",
                    cause);
        }
    }

    @Override
    public void keep(Bytes sha256, Supplier<Bytes> content) {
        try {
            evidence.keep(sha256, content);
        } catch (IOException e) {
            throw new DecisionLogException(
                    settings.evidenceFolder() + ": what the decision rests on can't be kept (" + e.getMessage()
                            + "), so nothing is released",
                    e);
        }
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        boolean last = false;
        while (!last) {
            take(batch);
            queue.drainTo(batch, MAX_BATCH);
            last = batch.remove(LAST);
            if (!batch.isEmpty() || (!last && problem != null)) {
                writeBatch(batch);
                batch.clear();
            }
        }
    }

    /** Nothing interrupts the writer on purpose, and an interrupted channel would close. */
    private void take(List<Waiting> batch) {
        try {
            if (problem == null) {
                batch.add(queue.take());
            } else {
                Waiting waiting = queue.poll(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                if (waiting != null) {
                    batch.add(waiting);
                }
            }
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "interrupted while waiting for records; going on");
        }
    }

    private void writeBatch(List<Waiting> batch) {
        try {
            List<byte[]> bodies = new ArrayList<>();
            Instant newest = clock.instant();
            if (problem != null) {
                notes.add(new LogRecord(
                        newest,
                        "recovered",
                        "records can be written again, after " + failures + " failures: " + problem));
            }
            notes.forEach(note -> bodies.add(body.of(note)));
            batch.forEach(waiting -> bodies.addAll(waiting.bodies()));
            files.append(bodies, newest);
            notes.clear();
            recovered();
            batch.forEach(waiting -> waiting.done().complete(null));
        } catch (IOException | RuntimeException | Error e) {
            // Errors too: a writer that died of one would leave every caller waiting for ever.
            notes.removeIf(note -> note.event().equals("recovered"));
            failed(e);
            batch.forEach(waiting -> waiting.done().completeExceptionally(e));
        }
    }

    private void failed(Throwable failure) {
        if (problem == null) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    () -> settings.file() + ": decisions can't be recorded, so no key leaves this node: "
                            + failure.getMessage());
        }
        failures++;
        problem = String.valueOf(failure.getMessage());
    }

    private void recovered() {
        if (problem != null) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: decisions can be recorded again, after {1} failures",
                    settings.file(),
                    failures);
            problem = null;
            failures = 0;
        }
    }

    @Override
    public void close() {
        closing = true;
        queue.add(LAST);
        try {
            writer.join();
            files.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> settings.file() + ": closing failed: " + e.getMessage());
        }
    }
}
