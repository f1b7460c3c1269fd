package dev.keywarden.host;

import dev.keywarden.spi.PluginException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one door into a part of a plugin: deadline, context class loader, null, exceptions of every kind, and blame by name.
 *
 * <p>Each call runs on a virtual thread of its own, so that the answer is there at the deadline even if the plugin ignores
 * its interrupt. Calls that never end hold on to one of a bounded number of places; when none is left the part is
 * unavailable at once, and nobody else's requests are touched.
 */
final class GuardedCalls {
    static final int MAX_IN_FLIGHT = 1024;

    private final String blame;
    private final ClassLoader loader;
    private final Duration timeout;
    private final long timeoutNanos;
    private final Semaphore places = new Semaphore(MAX_IN_FLIGHT);

    /** @param blame what messages call the part, for example {@code authorizer webhook} */
    GuardedCalls(String blame, ClassLoader loader, Duration timeout) {
        this.blame = blame;
        this.loader = loader;
        this.timeout = timeout;
        this.timeoutNanos = TimeUnit.NANOSECONDS.convert(timeout);
    }

    String blame() {
        return blame;
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * Calls the plugin.
     *
     * @return its answer, never {@code null}
     * @throws PluginException the plugin's own, or one that blames it by name
     */
    <T> T call(Callable<@Nullable T> body) {
        if (!places.tryAcquire()) {
            throw unavailable("is still busy with " + MAX_IN_FLIGHT + " earlier calls", null);
        }
        FutureTask<Outcome<T>> task = new FutureTask<>(() -> outcome(body));
        Thread thread = Thread.ofVirtual()
                .name(blame)
                .inheritInheritableThreadLocals(false)
                .unstarted(() -> {
                    try {
                        task.run();
                    } finally {
                        places.release();
                    }
                });
        thread.setContextClassLoader(loader);
        thread.start();
        try {
            return answer(task.get(timeoutNanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            task.cancel(true);
            throw unavailable("did not answer within " + DurationText.format(timeout), null);
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for, because the request was given up", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("every outcome is carried by hand", e);
        }
    }

    /** How a call ended; both are null if the plugin returned null. */
    private record Outcome<T>(@Nullable T answer, @Nullable Throwable failure) {}

    /** Carries a failure by hand: an ExecutionException would ask a stranger's exception for its text, outside the guard. */
    private static <T> Outcome<T> outcome(Callable<@Nullable T> body) {
        try {
            return new Outcome<>(body.call(), null);
        } catch (Throwable e) {
            return new Outcome<>(null, e);
        }
    }

    private <T> T answer(Outcome<T> outcome) {
        if (outcome.failure() != null) {
            throw crashed(outcome.failure());
        }
        T answer = outcome.answer();
        if (answer == null) {
            throw new PluginException(PluginException.Kind.INTERNAL, blame + " returned nothing");
        }
        return answer;
    }

    /** The message with the part's name before it, unless it begins with that already. */
    String blamed(PluginException e) {
        return e.getMessage().startsWith(blame) ? e.getMessage() : blame + ": " + e.getMessage();
    }

    private PluginException crashed(Throwable cause) {
        if (cause instanceof PluginException own) {
            return own;
        }
        // Only the type: the message may reach a remote caller, and a stranger's text is for the log.
        return new PluginException(
                PluginException.Kind.INTERNAL,
                blame + " failed with " + cause.getClass().getName(),
                cause);
    }

    private PluginException unavailable(String what, @Nullable Throwable cause) {
        return new PluginException(PluginException.Kind.UNAVAILABLE, blame + " " + what, cause);
    }
}
