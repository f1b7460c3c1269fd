package dev.keywarden.server;

import java.util.concurrent.atomic.AtomicInteger;

/** What all connections of a server share. */
final class ServerContext {
    private final ServerLimits limits;
    private final Workers workers;
    private final BodyBudget bodyBudget;
    private final AtomicInteger connections = new AtomicInteger();

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

    /** Takes a place for a connection, unless all are taken. */
    boolean admit() {
        if (connections.incrementAndGet() <= limits.connections()) {
            return true;
        }
        connections.decrementAndGet();
        return false;
    }

    void leave() {
        connections.decrementAndGet();
    }
}
