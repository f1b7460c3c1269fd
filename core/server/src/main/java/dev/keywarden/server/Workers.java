package dev.keywarden.server;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Runs handlers on virtual threads, a bounded number at once. */
final class Workers implements AutoCloseable {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("keywarden-request-", 0).factory());
    private final Semaphore permits;
    private final Duration patience;

    Workers(int inFlight, Duration patience) {
        this.permits = new Semaphore(inFlight, true);
        this.patience = patience;
    }

    /**
     * Runs one of the two, soon.
     *
     * @param task may block
     * @param refusal runs instead if there was no turn in time, or if the server is being closed
     */
    void run(Runnable task, Runnable refusal) {
        threads.execute(() -> {
            if (!takeTurn()) {
                refusal.run();
                return;
            }
            try {
                task.run();
            } finally {
                permits.release();
            }
        });
    }

    private boolean takeTurn() {
        try {
            return permits.tryAcquire() || permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Interrupts what is running. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
