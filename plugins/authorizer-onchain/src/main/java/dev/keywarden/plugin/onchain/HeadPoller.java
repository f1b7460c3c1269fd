package dev.keywarden.plugin.onchain;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/** Reads heads again and again, and what the contract is at each new block, so that a decision finds both there. */
final class HeadPoller implements AutoCloseable {
    private final ChainReader reader;
    private final Telemetry telemetry;
    private final InstantSource clock;
    private final Thread thread;

    private HeadPoller(ChainReader reader, Telemetry telemetry, InstantSource clock) {
        this.reader = reader;
        this.telemetry = telemetry;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("onchain-heads").unstarted(this::run);
    }

    static HeadPoller start(ChainReader reader, Telemetry telemetry, InstantSource clock) {
        HeadPoller poller = new HeadPoller(reader, telemetry, clock);
        poller.thread.start();
        return poller;
    }

    private void run() {
        Duration interval = reader.settings().polling();
        try {
            while (true) {
                round();
                Thread.sleep(interval);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void round() throws InterruptedException {
        long start = System.nanoTime();
        for (HeadWatch watch : reader.heads().watches()) {
            // Told whenever it comes; a slow provider does not hold up the others.
            CompletableFuture<Void> unused = watch.since(start).thenAccept(telemetry::sighted);
        }
        try {
            ChainReader.Session session = reader.session(reader.heads().choose(start, deadline()), deadline());
            telemetry.headAge(Duration.between(session.block().time(), clock.instant()));
            // Whoever decides at this block finds it there; if it fails, the decision reads for itself.
            CompletableFuture<ContractFacts> unused = reader.facts(session);
        } catch (Undecided e) {
            // Each provider's trouble was told; the next decision says what it means.
        }
    }

    private long deadline() {
        return Panel.deadline(reader.settings().timeLimit());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
