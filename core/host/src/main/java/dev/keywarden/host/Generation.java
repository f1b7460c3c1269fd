package dev.keywarden.host;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One set of loaded plugins, and who still uses it.
 *
 * <p>It is held once for being the current one and once for each lease. Whoever lets go last closes it, on a thread of its
 * own, because closing calls into plugins and a request must not wait for that.
 */
final class Generation {
    private final long number;
    private final PluginHost host;
    private final Runnable closed;

    // Zero is for ever: what was let go of can't be taken up again.
    private final AtomicInteger holders = new AtomicInteger(1);

    /** @param closed told once everything was closed */
    Generation(long number, PluginHost host, Runnable closed) {
        this.number = number;
        this.host = host;
        this.closed = closed;
    }

    long number() {
        return number;
    }

    PluginHost host() {
        return host;
    }

    /** Whether it could be taken up; false once everybody let go of it. */
    boolean tryHold() {
        return holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            Thread.ofPlatform().daemon().name("close-generation-" + number).start(this::close);
        }
    }

    private void close() {
        try {
            host.close();
        } finally {
            closed.run();
        }
    }
}
