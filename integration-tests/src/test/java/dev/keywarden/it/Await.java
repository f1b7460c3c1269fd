package dev.keywarden.it;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process does, and leaves it the processor meanwhile. */
final class Await {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /** Asks until the condition holds; false if it did not within the limit. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        return until(limit, PAUSE_NANOS, condition);
    }

    /** As {@link #until(Duration, BooleanSupplier)}, for moments that pass in less than its pause. */
    static boolean until(Duration limit, long pauseNanos, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(pauseNanos);
        }
        return true;
    }
}
