package dev.keywarden.app.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what an anonymous caller can make the node ask (design, section 6).
 *
 * <p>Up to a small number of times a second every call asks anew, so that a change shows at once. Past that, concurrent
 * calls share one question, and a good answer may be used again for at most one second. A failure is never used again.
 *
 * @param <T> the answer
 */
public final class BoundedRefresh<T> {
    /** How old an answer may be that is used again. */
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private static final int FRESH_PER_SECOND = 20;

    private final Supplier<T> source;
    private final InstantSource clock;

    // Guarded by this.
    private Instant windowStart = Instant.MIN;
    private int freshInWindow;
    private @Nullable CompletableFuture<T> inFlight;
    private @Nullable T last;
    private Instant lastTime = Instant.MIN;

    /** @param source asks; whatever it throws reaches every caller that shares the question */
    public BoundedRefresh(Supplier<T> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** An answer that is fresh, shared, or at most one second old. */
    public T get() {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<T> shared;
        synchronized (this) {
            Instant now = clock.instant();
            if (!takeFreshTurn(now)) {
                T known = last;
                if (known != null && now.isBefore(lastTime.plus(MAX_AGE))) {
                    return known;
                }
                shared = inFlight;
            } else {
                shared = null;
            }
            if (shared == null) {
                inFlight = mine;
            }
        }
        return shared == null ? ask(mine) : join(shared);
    }

    private boolean takeFreshTurn(Instant now) {
        if (!now.isBefore(windowStart.plusSeconds(1)) || now.isBefore(windowStart)) {
            windowStart = now;
            freshInWindow = 0;
        }
        return freshInWindow++ < FRESH_PER_SECOND;
    }

    private T ask(CompletableFuture<T> mine) {
        // The age of an answer counts from before the question: nothing that changed since is promised to be in it.
        Instant asked = clock.instant();
        try {
            T answer = source.get();
            finish(mine, answer, asked);
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            finish(mine, null, asked);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private synchronized void finish(CompletableFuture<T> mine, @Nullable T answer, Instant asked) {
        if (inFlight == mine) {
            inFlight = null;
        }
        last = answer;
        lastTime = asked;
    }

    private static <T> T join(CompletableFuture<T> shared) {
        try {
            return shared.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
