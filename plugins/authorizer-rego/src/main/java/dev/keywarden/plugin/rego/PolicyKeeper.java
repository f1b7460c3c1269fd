package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.bundle.Bundle;
import dev.keywarden.plugin.rego.bundle.BundleSource;
import dev.keywarden.plugin.rego.bundle.HighestRevision;
import dev.keywarden.plugin.rego.engine.EvaluatorPool.PoolClosedException;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.spi.PluginContext;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the bundle that decides. A thread of its own looks for another one, makes it ready beside the one in force and puts
 * it in its place in one step; one that is no good leaves the other where it is.
 */
final class PolicyKeeper implements PolicySource {
    private static final int ATTEMPTS = 5;

    private final BundleSource source;
    private final PolicyLoader loader;
    private final HighestRevision highest;
    private final Supplier<Duration> pause;
    private final System.Logger logger;
    private final PluginContext.Meter meter;
    private final AutoCloseable engine;
    private final AtomicReference<@Nullable PolicyVersion> current = new AtomicReference<>();
    private final Thread thread;
    private volatile PolicyException problem = new PolicyException(Code.BUNDLE_MISSING, "was not looked for yet");
    private String refusal = "";
    private @Nullable Bundle unfinished;
    private int attempts;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean closed;

    /**
     * A keeper, which looks for the first bundle at once.
     *
     * @param highest refuses bundles older than one that decided
     * @param pause how long to wait before each further look
     * @param engine what to close at the end
     */
    PolicyKeeper(
            BundleSource source,
            PolicyLoader loader,
            HighestRevision highest,
            Supplier<Duration> pause,
            PluginContext context,
            AutoCloseable engine) {
        this.source = source;
        this.loader = loader;
        this.highest = highest;
        this.pause = pause;
        this.logger = context.logger();
        this.meter = context.meter();
        this.engine = engine;
        this.thread = Thread.ofPlatform().name("rego-bundles").daemon().unstarted(this::run);
    }

    /** Looks for the first bundle on this thread, then for further ones on another. */
    PolicyKeeper start() {
        look();
        thread.start();
        return this;
    }

    private void run() {
        compile();
        while (!closed) {
            try {
                if (end.await(pause.get().toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
            if (look()) {
                compile();
            }
        }
    }

    /** Whether another bundle decides now. */
    private boolean look() {
        try {
            Bundle bundle = source.poll();
            if (bundle == null && unfinished == null) {
                return false;
            }
            if (bundle != null) {
                unfinished = bundle;
                attempts = 0;
            }
            return load(Objects.requireNonNull(unfinished));
        } catch (PolicyException e) {
            refuse(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
            refuse(new PolicyException(Code.POLICY_FAILED, "could not be loaded: " + e, e));
        }
        return false;
    }

    /** A machine that is too busy is no fault of the bundle: it is tried again. */
    private boolean load(Bundle bundle) throws PolicyException, InterruptedException {
        boolean again = false;
        try {
            highest.check(bundle.revision());
            PolicyVersion next = loader.load(bundle);
            PolicyVersion last = current.getAndSet(next);
            if (last != null) {
                last.pool().close();
            }
            highest.accept(bundle.revision());
            source.accepted();
            refusal = "";
            meter.count("bundles_total", 1);
            logger.log(
                    System.Logger.Level.INFO,
                    "The bundle " + source.shown() + " decides now: revision \"" + bundle.revision() + "\", SHA-256 "
                            + bundle.sha256());
            return true;
        } catch (PolicyException e) {
            again = e.code() == Code.POLICY_TIMEOUT && ++attempts < ATTEMPTS;
            throw e;
        } finally {
            unfinished = again ? bundle : null;
        }
    }

    private void refuse(PolicyException e) {
        problem = e;
        meter.count("refused_bundles_total", 1);
        String line = "The bundle " + source.shown() + " " + e.getMessage() + " ("
                + e.code().text() + "); "
                + (current.get() == null
                        ? "until there is a good one every request is denied"
                        : "the one before it stays in force");
        // Said once, and not at every look.
        if (!line.equals(refusal)) {
            refusal = line;
            logger.log(System.Logger.Level.WARNING, line);
        }
    }

    private void compile() {
        PolicyVersion version = current.get();
        if (version != null) {
            try {
                loader.compile(version);
            } catch (PolicyException e) {
                logger.log(
                        System.Logger.Level.WARNING,
                        "The bundle " + source.shown() + " " + e.getMessage() + "; it is interpreted, which is slow");
            }
        }
    }

    @Override
    public byte[] evaluate(byte[] input, Duration budget, Map<String, String> evidence)
            throws PolicyException, InterruptedException {
        while (true) {
            PolicyVersion version = current.get();
            if (version == null) {
                throw problem;
            }
            try {
                byte[] result = version.pool().evaluate(input, budget);
                evidence.putAll(version.evidence());
                return result;
            } catch (PoolClosedException e) {
                if (closed) {
                    throw new PolicyException(Code.INTERRUPTED, "was closed", e);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        end.countDown();
        thread.interrupt();
        PolicyVersion last = current.getAndSet(null);
        if (last != null) {
            last.pool().close();
        }
        source.close();
        try {
            engine.close();
        } catch (Exception e) {
            logger.log(System.Logger.Level.WARNING, "The engine did not close", e);
        }
    }
}
