package dev.keywarden.host;

import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Authorizers that are asked what the chain was asked, and have no say (design, section 6).
 *
 * <p>The real path only puts the question into a bounded queue. When that is full, the question is dropped and counted: a
 * shadow that can't keep up sees less, and nobody waits for it.
 */
final class ShadowAuthorizers implements AutoCloseable {
    static final int QUEUE = 1024;
    private static final int WORKERS = 4;

    private final List<AuthorizationChain.Link> links;
    private final ShadowObserver observer;
    private final BlockingQueue<Followed> queue = new ArrayBlockingQueue<>(QUEUE);
    private final List<Thread> workers = new ArrayList<>();

    private record Followed(AuthorizationQuestion question, Instant time, ChainDecision decision) {}

    ShadowAuthorizers(List<AuthorizationChain.Link> links, ShadowObserver observer) {
        this.links = List.copyOf(links);
        this.observer = observer;
        for (int i = 0; i < WORKERS && !links.isEmpty(); i++) {
            workers.add(Thread.ofVirtual().name("shadow-" + i).start(this::work));
        }
    }

    /** No shadows. */
    static ShadowAuthorizers none() {
        return new ShadowAuthorizers(List.of(), (question, shadow, answer, decision) -> {});
    }

    List<String> names() {
        return links.stream().map(AuthorizationChain.Link::name).toList();
    }

    /** Hands a decided question on, unless too many wait already. Never blocks. */
    void follow(AuthorizationQuestion question, Instant time, ChainDecision decision) {
        if (!links.isEmpty() && !queue.offer(new Followed(question, time, decision))) {
            observer.dropped();
        }
    }

    private void work() {
        try {
            while (true) {
                Followed followed = queue.take();
                links.forEach(link ->
                        observer.heard(followed.question(), link.name(), answer(link, followed), followed.decision()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static AuthorizerAnswer answer(AuthorizationChain.Link link, Followed followed) {
        long start = System.nanoTime();
        try {
            Decision decision = link.ask(followed.question(), followed.time(), followed.time());
            return AuthorizerAnswer.of(link.name(), decision, Duration.ofNanos(System.nanoTime() - start));
        } catch (PluginException e) {
            return AuthorizerAnswer.unavailable(
                    link.name(), link.guard().blamed(e), Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** Ends following; what still waits is dropped. */
    @Override
    public void close() {
        workers.forEach(Thread::interrupt);
    }
}
