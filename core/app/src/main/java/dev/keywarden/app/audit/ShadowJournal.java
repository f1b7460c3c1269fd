package dev.keywarden.app.audit;

import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.host.ShadowObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Puts on record where authorizers without a say differ from the chain, and how often they do not.
 *
 * <p>Nobody waits for it. A candidate that differs on everything would double the log, so at most a hundred differences a second
 * are recorded with all that belongs to them; all are counted.
 */
public final class ShadowJournal implements ShadowObserver, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ShadowJournal.class.getName());
    private static final int RECORDED_PER_FLUSH = 100;
    private static final long FLUSH_MILLIS = 1000;
    private static final int FLUSHES_PER_TALLY = 10;

    private final CurrentLog log;
    private final LongSupplier generation;
    private final InstantSource clock;
    private final Queue<ShadowRecord> differences = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread writer;

    // Guarded by this: by the shadow's name, since the tally before, and since the start.
    private final Map<String, ShadowRecord.Tally> recent = new TreeMap<>();
    private final Map<String, ShadowRecord.Tally> total = new TreeMap<>();

    private ShadowJournal(CurrentLog log, LongSupplier generation, InstantSource clock) {
        this.log = log;
        this.generation = generation;
        this.clock = clock;
        this.writer = Thread.ofPlatform().daemon().name("shadow-journal").unstarted(this::run);
    }

    /**
     * Begins to write.
     *
     * @param generation number of the plugin generation that decides
     */
    public static ShadowJournal start(CurrentLog log, LongSupplier generation, InstantSource clock) {
        ShadowJournal journal = new ShadowJournal(log, generation, clock);
        journal.writer.start();
        return journal;
    }

    @Override
    public void heard(AuthorizationQuestion question, String shadow, AuthorizerAnswer answer, ChainDecision decision) {
        boolean agrees = decision.agreesWith(answer);
        add(shadow, new ShadowRecord.Tally(agrees ? 1 : 0, agrees ? 0 : 1, 0));
        if (!agrees && waiting.incrementAndGet() <= RECORDED_PER_FLUSH) {
            differences.add(new ShadowRecord(
                    clock.instant(),
                    shadow,
                    generation.getAsLong(),
                    new ShadowRecord.Difference(question, answer, decision),
                    ShadowRecord.Tally.NONE));
        }
    }

    @Override
    public synchronized void dropped() {
        // Which shadow would have been too slow is not known: none of them saw it.
        List.copyOf(total.keySet()).forEach(shadow -> add(shadow, new ShadowRecord.Tally(0, 0, 1)));
    }

    private synchronized void add(String shadow, ShadowRecord.Tally more) {
        recent.merge(shadow, more, ShadowJournal::sum);
        total.merge(shadow, more, ShadowJournal::sum);
    }

    private static ShadowRecord.Tally sum(ShadowRecord.Tally one, ShadowRecord.Tally other) {
        return new ShadowRecord.Tally(
                one.agreed() + other.agreed(), one.differed() + other.differed(), one.dropped() + other.dropped());
    }

    /** How often each shadow answered since the node started. */
    public synchronized Map<String, ShadowRecord.Tally> totals() {
        return new TreeMap<>(total);
    }

    private void run() {
        int flushes = 0;
        try {
            while (!closing.await(FLUSH_MILLIS, TimeUnit.MILLISECONDS)) {
                flushes++;
                write(flushes % FLUSHES_PER_TALLY == 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what waits. */
    private void write(boolean withTallies) {
        if (log.problem().isPresent()) {
            return;
        }
        List<ShadowRecord> records = new ArrayList<>();
        for (ShadowRecord difference = differences.poll(); difference != null; difference = differences.poll()) {
            records.add(difference);
        }
        waiting.set(0);
        if (withTallies) {
            records.addAll(takeTallies());
        }
        try {
            log.commit(records);
        } catch (DecisionLogException e) {
            LOG.log(System.Logger.Level.WARNING, "what shadows said can''t be recorded: {0}", e.getMessage());
        }
    }

    private synchronized List<ShadowRecord> takeTallies() {
        Instant now = clock.instant();
        List<ShadowRecord> tallies = new ArrayList<>();
        recent.forEach(
                (shadow, tally) -> tallies.add(new ShadowRecord(now, shadow, generation.getAsLong(), null, tally)));
        recent.clear();
        return tallies;
    }

    /** Writes what waits, while the log is still open. */
    public void flush() {
        write(true);
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
