package dev.keywarden.plugin.webhook;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Closes a connection when the time for its question is up.
 *
 * <p>One rule for everything that can take long on a connection: a TLS handshake, a service that does not read, one that
 * does not answer, one that answers a byte a second (which no read timeout ever notices).
 */
final class Guard {
    private enum State {
        ARMED,
        DISARMED,
        FIRED
    }

    private final SocketChannel channel;
    private final AtomicReference<State> state = new AtomicReference<>(State.ARMED);
    private final Future<?> alarm;

    private Guard(SocketChannel channel, ScheduledExecutorService timer, Duration left) {
        this.channel = channel;
        this.alarm = timer.schedule(this::fire, left.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Watches a connection from now on. */
    static Guard of(SocketChannel channel, ScheduledExecutorService timer, Duration left) {
        return new Guard(channel, timer, left);
    }

    private void fire() {
        if (state.compareAndSet(State.ARMED, State.FIRED)) {
            try {
                channel.close();
            } catch (IOException e) {
                // It is closed all the same, and whoever waits on it finds out.
            }
        }
    }

    /** Ends the watch. After {@code true} this guard never touches the connection again. */
    boolean disarm() {
        alarm.cancel(false);
        return state.compareAndSet(State.ARMED, State.DISARMED);
    }

    /** Whether the time was up. */
    boolean fired() {
        return state.get() == State.FIRED;
    }
}
