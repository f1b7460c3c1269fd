package dev.keywarden.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The plugins that decide now, and how they are changed while the node runs (design, section 7).
 *
 * <p>A new generation is loaded beside the running one, checked, and put in atomically. Whatever fails on the way leaves the
 * running one as it is. A request takes a {@link Lease} where it begins and is decided by that generation to its end, however
 * often the current one changes meanwhile; a replaced generation is closed when its last lease ends.
 */
public final class PluginGenerations implements AutoCloseable {
    private static final int REPORTS = 32;

    private final AtomicInteger open = new AtomicInteger();
    private final ReentrantLock changing = new ReentrantLock();
    private final KeptArchives kept;

    // Written under changing.
    private volatile Generation current;

    // Guarded by changing.
    private final Deque<GenerationReport> reports = new ArrayDeque<>();
    private PluginHostSettings settings;
    private KeptArchives.@Nullable Kept currentKept;
    private KeptArchives.@Nullable Kept previous;
    private long lastNumber = 1;

    /** What a new generation must show before it decides. */
    @FunctionalInterface
    public interface Check {
        /**
         * Tries a generation that nobody is decided by yet.
         *
         * @return what is wrong with it, each in a sentence; empty if nothing is
         */
        List<String> problems(PluginHost candidate);
    }

    /** The right to be decided by one generation, until closed. Not shared between threads. */
    public static final class Lease implements AutoCloseable {
        private final Generation generation;
        private boolean ended;

        private Lease(Generation generation) {
            this.generation = generation;
        }

        /**
         * Of plugins that no node is decided by, for commands that load some for a moment.
         *
         * @param host stays the caller's to close
         */
        public static Lease on(PluginHost host) {
            Generation generation = new Generation(0, host, () -> {});
            if (!generation.tryHold()) {
                throw new IllegalStateException("a generation begins with a holder");
            }
            return new Lease(generation);
        }

        /** Number of the generation, 0 for plugins that decide nothing, 1 for the one the node started with. */
        public long generation() {
            return generation.number();
        }

        /** Its plugins; not to be used after {@link #close}. */
        public PluginHost host() {
            return generation.host();
        }

        /** Ends the right. A second call does nothing. */
        @Override
        public void close() {
            if (!ended) {
                ended = true;
                generation.letGo();
            }
        }
    }

    private PluginGenerations(PluginHostSettings settings, PluginHost host) {
        this.settings = settings;
        Path keep = settings.scratchRoot().resolve(".generations");
        this.kept = new KeptArchives(keep);
        this.current = generation(lastNumber, host);
        this.currentKept = kept.keep(lastNumber, settings, host).orElse(null);
        report(new GenerationReport(
                lastNumber,
                settings.clock().instant(),
                "start",
                host.pluginSetDigest(),
                host.chain().authorizers(),
                List.of()));
    }

    /**
     * Loads the first generation. At start the opposite of a swap holds: what does not load stops the node.
     *
     * @throws PluginLoadException if anything is wrong; nothing stays loaded then
     */
    public static PluginGenerations start(PluginHostSettings settings) {
        PluginHost host = PluginHost.load(settings);
        remember(settings, host).ifPresent(problem -> {
            host.close();
            throw new PluginLoadException(List.of(problem));
        });
        return new PluginGenerations(settings, host);
    }

    private Generation generation(long number, PluginHost host) {
        open.incrementAndGet();
        return new Generation(number, host, open::decrementAndGet);
    }

    /** Takes up the current generation. Never waits. */
    public Lease lease() {
        while (true) {
            Generation generation = current;
            if (generation.tryHold()) {
                return new Lease(generation);
            }
        }
    }

    /** Number of the generation that requests begun now are decided by. */
    public long number() {
        return current.number();
    }

    /** How many generations are loaded: the current one, and those that requests still use. */
    public int open() {
        return open.get();
    }

    /** The last attempts to change the plugins, the newest first, the start among them. */
    public List<GenerationReport> reports() {
        changing.lock();
        try {
            return List.copyOf(reports);
        } finally {
            changing.unlock();
        }
    }

    /** What the current generation was made with. */
    public PluginHostSettings settings() {
        changing.lock();
        try {
            return settings;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Replaces the current generation, if the new one loads and passes the check.
     *
     * @param cause why, for the report
     */
    public GenerationReport replace(PluginHostSettings next, Check check, String cause) {
        changing.lock();
        try {
            return change(next, check, cause);
        } finally {
            changing.unlock();
        }
    }

    /** Reports an attempt that failed before there was anything to load, for example at an unreadable configuration. */
    public GenerationReport refused(String cause, List<String> problems) {
        changing.lock();
        try {
            return failed(cause, problems);
        } finally {
            changing.unlock();
        }
    }

    /** Returns to the generation before the current one; doing so twice returns to where it began. */
    public GenerationReport rollback(Check check, String cause) {
        changing.lock();
        try {
            KeptArchives.Kept before = previous;
            return before == null
                    ? failed(cause, List.of("there is no generation to go back to"))
                    : change(before.settings().goingBackFrom(settings), check, cause);
        } finally {
            changing.unlock();
        }
    }

    private GenerationReport change(PluginHostSettings next, Check check, String cause) {
        PluginHost candidate;
        try {
            candidate = PluginHost.load(next);
        } catch (PluginLoadException e) {
            return failed(cause, e.problems());
        }
        List<String> problems = new ArrayList<>(tried(candidate, check));
        if (problems.isEmpty()) {
            remember(next, candidate).ifPresent(problems::add);
        }
        if (!problems.isEmpty()) {
            candidate.close();
            return failed(cause, problems);
        }
        long number = ++lastNumber;
        Optional<KeptArchives.Kept> copies = kept.keep(number, next, candidate);
        Generation old = current;
        current = generation(number, candidate);
        old.letGo();
        settings = next;
        previous = currentKept;
        currentKept = copies.orElse(null);
        kept.retain(List.of(old.number(), number));
        return report(new GenerationReport(
                number,
                next.clock().instant(),
                cause,
                candidate.pluginSetDigest(),
                candidate.chain().authorizers(),
                List.of()));
    }

    /** Keeps the versions that decide from now on; returns why that can't be done, if it can't. */
    private static Optional<String> remember(PluginHostSettings settings, PluginHost host) {
        if (!settings.goesByVersions()) {
            return Optional.empty();
        }
        try {
            VersionFloor.in(settings.scratchRoot()).raise(host.archives());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(settings.scratchRoot() + ": the versions of the plugins can't be remembered (" + e
                    + "). Set core.plugins.state_dir to a folder this process may write");
        }
    }

    private static List<String> tried(PluginHost candidate, Check check) {
        try {
            return check.problems(candidate);
        } catch (RuntimeException e) {
            return List.of("the new generation can't be tried: " + e.getMessage());
        }
    }

    private GenerationReport failed(String cause, List<String> problems) {
        return report(
                new GenerationReport(0, settings.clock().instant(), cause, "", List.of(), new ArrayList<>(problems)));
    }

    private GenerationReport report(GenerationReport report) {
        reports.addFirst(report);
        if (reports.size() > REPORTS) {
            reports.removeLast();
        }
        return report;
    }

    /** Lets go of the current generation. Requests must have ended before. */
    @Override
    public void close() {
        Generation last = current;
        last.host().close();
        kept.retain(List.of());
    }
}
