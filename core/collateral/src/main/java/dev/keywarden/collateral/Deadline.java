package dev.keywarden.collateral;

import java.time.Duration;

/** When to give up, on the scale of {@link System#nanoTime}. */
public final class Deadline {
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    /** So much time from now on. */
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** What is left, zero or less if nothing is. */
    public Duration left() {
        return Duration.ofNanos(nanos - System.nanoTime());
    }

    /** The earlier of this one and so much time from now on. */
    Deadline butAtMost(Duration time) {
        return left().compareTo(time) < 0 ? this : in(time);
    }

    /** Whether nothing is left. */
    boolean passed() {
        return !left().isPositive();
    }
}
