package dev.keywarden.plugin.rego.engine;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation at a time, with a deadline that a {@link Watchdog} enforces. Beginning and ending are two writes each and
 * take no lock.
 *
 * <p>The state is the number of the evaluation and its phase in one word: an interrupt that is meant for one evaluation can
 * never hit the next.
 */
final class Flight {
    private static final long RUNNING = 1;
    private static final long INTERRUPTING = 2;
    private static final long INTERRUPTED = 3;
    private static final int PHASE_BITS = 2;
    private static final long PHASE = (1L << PHASE_BITS) - 1;

    private final AtomicLong state = new AtomicLong();
    private volatile @Nullable Thread thread;
    private volatile long deadlineNanos;

    /** Begins an evaluation on this thread. */
    void begin(long deadlineNanos) {
        this.thread = Thread.currentThread();
        this.deadlineNanos = deadlineNanos;
        state.set(next() | RUNNING);
    }

    private long next() {
        return ((state.get() >>> PHASE_BITS) + 1) << PHASE_BITS;
    }

    /** Ends it; whether the deadline had passed and the thread was interrupted for that, which is taken back. */
    boolean end() {
        long running = state.get();
        if ((running & PHASE) == RUNNING && state.compareAndSet(running, running & ~PHASE)) {
            thread = null;
            return false;
        }
        while ((state.get() & PHASE) != INTERRUPTED) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        thread = null;
        state.set(next());
        return true;
    }

    /** Interrupts the evaluation if its deadline has passed. */
    void check(long nowNanos) {
        long seen = state.get();
        if ((seen & PHASE) != RUNNING) {
            return;
        }
        Thread running = thread;
        if (running == null || nowNanos - deadlineNanos < 0) {
            return;
        }
        if (state.compareAndSet(seen, (seen & ~PHASE) | INTERRUPTING)) {
            running.interrupt();
            state.set((seen & ~PHASE) | INTERRUPTED);
        }
    }
}
