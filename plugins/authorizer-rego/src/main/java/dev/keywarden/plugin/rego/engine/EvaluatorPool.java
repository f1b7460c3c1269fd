package dev.keywarden.plugin.rego.engine;

import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The evaluators of one bundle: made in the background, lent to one caller each, thrown away after any failure and when they
 * have grown.
 *
 * <p>Lending takes a permit and an element off a list, both without a lock.
 */
public final class EvaluatorPool implements AutoCloseable {
    /** What an evaluation may add to an evaluator's memory for good; beyond it a new one is cheaper. */
    private static final long GROWTH_BYTES = 4L << 20;

    private static final byte[] NOTHING = {};

    /** More than there can be callers. */
    private static final int MANY = 1 << 24;

    private final Factory factory;
    private final Watchdog watchdog;
    private final Executor background;
    private final int size;
    private final Semaphore ready = new Semaphore(0);
    private final ConcurrentLinkedDeque<Pooled> idle = new ConcurrentLinkedDeque<>();
    private volatile int generation;
    private volatile boolean closed;
    private volatile @Nullable PolicyException broken;

    /** Makes evaluators. */
    @FunctionalInterface
    public interface Factory {
        /** A new one. */
        Evaluator make() throws PolicyException;
    }

    /** The pool was closed, because another bundle decides now. */
    public static final class PoolClosedException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        PoolClosedException() {
            super("the pool is closed");
        }
    }

    private record Pooled(Evaluator evaluator, Flight flight, int generation, long bytesAtFirst) {}

    /**
     * An empty pool.
     *
     * @param background makes evaluators in place of those thrown away
     * @param size how many evaluators there are
     */
    public EvaluatorPool(Factory factory, Watchdog watchdog, Executor background, int size) {
        this.factory = factory;
        this.watchdog = watchdog;
        this.background = background;
        this.size = size;
    }

    /** Makes all evaluators on this thread; those there were before are used up and thrown away. */
    public void fill() throws PolicyException {
        int next = generation + 1;
        for (int i = 0; i < size; i++) {
            Pooled made = make(next);
            // From the first new one on, callers get new ones.
            generation = next;
            put(made);
        }
        for (Pooled pooled : idle) {
            if (pooled.generation != next && idle.remove(pooled)) {
                discard(pooled);
                ready.acquireUninterruptibly();
            }
        }
    }

    private Pooled make(int ofGeneration) throws PolicyException {
        Evaluator evaluator = factory.make();
        Pooled made = new Pooled(evaluator, new Flight(), ofGeneration, evaluator.memoryBytes());
        watchdog.add(made.flight);
        return made;
    }

    private void put(Pooled pooled) {
        idle.addFirst(pooled);
        ready.release();
        if (closed) {
            drain();
        }
    }

    private void drain() {
        for (Pooled pooled = idle.pollFirst(); pooled != null; pooled = idle.pollFirst()) {
            discard(pooled);
        }
    }

    private void discard(Pooled pooled) {
        watchdog.remove(pooled.flight);
    }

    /**
     * Evaluates an input on one of the evaluators.
     *
     * @param budget for waiting for one and for the evaluation
     * @throws PolicyException if there is no answer; {@link Code#POLICY_TIMEOUT} if there was none within the budget
     * @throws PoolClosedException if the pool was closed before an evaluator was free; its successor is to be asked
     * @throws InterruptedException if the caller was interrupted while it waited
     */
    public byte[] evaluate(byte[] input, Duration budget)
            throws PolicyException, PoolClosedException, InterruptedException {
        long deadline = System.nanoTime() + budget.toNanos();
        Pooled pooled = take(budget, deadline);
        boolean good = false;
        boolean late = false;
        PolicyException failure = null;
        byte[] result = NOTHING;
        pooled.flight.begin(deadline);
        try {
            result = pooled.evaluator.evaluate(input);
            good = pooled.evaluator.memoryBytes() - pooled.bytesAtFirst <= GROWTH_BYTES;
        } catch (PolicyException e) {
            failure = e;
            good = e.code() == Code.UNDEFINED;
        } finally {
            late = pooled.flight.end();
            giveBack(pooled, good);
        }
        if (failure != null) {
            throw late ? tooLate(budget, failure) : failure;
        }
        return result;
    }

    private static PolicyException tooLate(Duration budget, @Nullable PolicyException cause) {
        return new PolicyException(
                Code.POLICY_TIMEOUT, "did not decide within " + budget.toMillis() + " ms (timeout)", cause);
    }

    private Pooled take(Duration budget, long deadline)
            throws PolicyException, PoolClosedException, InterruptedException {
        if (!ready.tryAcquire() && !ready.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            PolicyException cause = broken;
            throw cause != null ? cause : tooLate(budget, null);
        }
        Pooled pooled = idle.pollFirst();
        while (pooled == null) {
            if (closed) {
                throw new PoolClosedException();
            }
            // An element that was just swapped for a new one is missing for a moment.
            Thread.onSpinWait();
            pooled = idle.pollFirst();
        }
        return pooled;
    }

    private void giveBack(Pooled pooled, boolean good) {
        if (good && !closed && pooled.generation == generation) {
            put(pooled);
            return;
        }
        discard(pooled);
        if (!closed && pooled.generation == generation) {
            try {
                background.execute(() -> replace(pooled.generation));
            } catch (RejectedExecutionException e) {
                // The plugin is being closed.
            }
        }
    }

    private void replace(int ofGeneration) {
        try {
            if (!closed && ofGeneration == generation) {
                put(make(ofGeneration));
                broken = null;
            }
        } catch (PolicyException e) {
            broken = e;
        }
    }

    /** Forgets the evaluators, and sends away who waits for one; one that is lent is thrown away when it comes back. */
    @Override
    public void close() {
        closed = true;
        drain();
        ready.release(MANY);
    }
}
