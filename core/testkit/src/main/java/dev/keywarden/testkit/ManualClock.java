package dev.keywarden.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told to move. Safe to move while others read it. */
public final class ManualClock implements InstantSource {
    private volatile Instant now;

    private ManualClock(Instant now) {
        this.now = now;
    }

    /** A clock that shows the given time. */
    public static ManualClock at(Instant now) {
        return new ManualClock(now);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the clock; a negative amount moves it back, as an administrator may do to a real one. */
    public synchronized void advance(Duration amount) {
        now = now.plus(amount);
    }

    /** Sets the clock. */
    public synchronized void set(Instant time) {
        now = time;
    }
}
