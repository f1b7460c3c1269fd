package dev.keywarden.plugin.rego.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Interrupts evaluations whose deadline has passed. Its thread is one of the platform's: a policy that loops occupies the
 * thread that carries its caller, and when all of those loop no virtual thread runs any more.
 */
public final class Watchdog implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(10);

    private final Set<Flight> flights = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Starts watching. */
    public Watchdog() {
        Thread.ofPlatform().name("rego-watchdog").daemon().start(this::watch);
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(TICK.toNanos());
            long now = System.nanoTime();
            flights.forEach(flight -> flight.check(now));
        }
    }

    void add(Flight flight) {
        flights.add(flight);
    }

    void remove(Flight flight) {
        flights.remove(flight);
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closed = true;
    }
}
