package dev.keywarden.server;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One point in time after which a connection has waited too long, moved several times for each request. Moving it is an
 * assignment: the timer behind it runs at most {@link #MAX_SLEEP} ahead and looks again when it fires.
 *
 * <p>Belongs to one event loop.
 */
final class Deadline implements Runnable {
    private static final long MAX_SLEEP = Duration.ofSeconds(5).toNanos();

    private final EventExecutor loop;
    private final Runnable onExpiry;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt;
    private boolean armed;
    private long due;

    Deadline(EventExecutor loop, Runnable onExpiry) {
        this.loop = loop;
        this.onExpiry = onExpiry;
    }

    /** Expires after this long, counted from now, instead of whatever was set before. */
    void set(Duration delay) {
        long now = System.nanoTime();
        due = now + delay.toNanos();
        armed = true;
        if (timer == null || due - timerAt < 0) {
            schedule(now);
        }
    }

    /** Never expires, until it is set again. */
    void clear() {
        armed = false;
    }

    /** The connection is gone. */
    void cancel() {
        armed = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void run() {
        timer = null;
        if (!armed) {
            return;
        }
        long now = System.nanoTime();
        if (due - now > 0) {
            schedule(now);
        } else {
            armed = false;
            onExpiry.run();
        }
    }

    private void schedule(long now) {
        if (timer != null) {
            timer.cancel(false);
        }
        long sleep = Math.min(due - now, MAX_SLEEP);
        timerAt = now + sleep;
        timer = loop.schedule(this, sleep, TimeUnit.NANOSECONDS);
    }
}
