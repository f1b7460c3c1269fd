package dev.keywarden.server;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all large request bodies together may take, so that many strangers can't exhaust it with one each. */
final class BodyBudget {
    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();

    BodyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes a share, unless there is not so much left. */
    boolean reserve(long bytes) {
        if (used.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long usedBytes() {
        return used.get();
    }
}
