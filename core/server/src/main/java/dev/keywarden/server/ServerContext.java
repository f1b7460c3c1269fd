package dev.keywarden.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of a server share. */
final class ServerContext {
    private static final Logger LOG = System.getLogger(ServerContext.class.getName());
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    private final ServerLimits limits;
    private final Workers workers;
    private final BodyBudget bodyBudget;
    private final AtomicInteger connections = new AtomicInteger();
    private final WaitingConnections waiting = new WaitingConnections();

    /** When the next warning may be given, as {@link System#nanoTime()}. */
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

    ServerContext(ServerLimits limits) {
        this.limits = limits;
        this.workers = new Workers(limits.requestsInFlight(), limits.queueing());
        this.bodyBudget = new BodyBudget(limits.bufferedBodyBytes());
    }

    ServerLimits limits() {
        return limits;
    }

    Workers workers() {
        return workers;
    }

    BodyBudget bodyBudget() {
        return bodyBudget;
    }

    WaitingConnections waiting() {
        return waiting;
    }

    /**
     * Takes a place for a connection. If all are taken, the connection that has waited longest without a request leaves, so that
     * whoever opens many and says nothing keeps nobody out; if none waits, there is no place.
     */
    boolean admit() {
        if (connections.incrementAndGet() <= limits.connections()) {
            return true;
        }
        warn();
        ConnectionHandler leaving = waiting.takeOldest();
        if (leaving == null) {
            connections.decrementAndGet();
            return false;
        }
        // Its place is free as soon as its own event loop has closed it; until then there is one more than the limit.
        leaving.finishUp();
        return true;
    }

    /** Once a minute at most: whoever fills the places must not fill the log as well. */
    private void warn() {
        long now = System.nanoTime();
        long before = nextWarning.get();
        if (now - before >= 0 && nextWarning.compareAndSet(before, now + WARNING_INTERVAL.toNanos())) {
            LOG.log(
                    Level.WARNING,
                    "All {0,number,#} connections are taken: those that wait longest are closed for new ones; look for clients that"
                            + " hold them",
                    limits.connections());
        }
    }

    void leave() {
        connections.decrementAndGet();
    }
}
