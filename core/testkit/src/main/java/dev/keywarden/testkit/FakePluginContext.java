package dev.keywarden.testkit;

import dev.keywarden.spi.PluginContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The host's side of a plugin: gives the settings it was made with, and keeps what is logged and counted. */
public final class FakePluginContext implements PluginContext {
    private final Record settings;
    private final InstantSource clock;
    private final @Nullable Path scratchDirectory;
    private final LogCapture log = new LogCapture("plugin");
    private final CountingMeter meter = new CountingMeter();

    private FakePluginContext(Record settings, InstantSource clock, @Nullable Path scratchDirectory) {
        this.settings = settings;
        this.clock = clock;
        this.scratchDirectory = scratchDirectory;
    }

    /**
     * A context whose clock stands at the epoch and that has no scratch directory.
     *
     * @param settings what {@link #settings(Class)} gives, of whichever class loader
     */
    public static FakePluginContext with(Record settings) {
        return new FakePluginContext(settings, InstantSource.fixed(Instant.EPOCH), null);
    }

    /** The same settings with another clock; log and counters are new. */
    public FakePluginContext clock(InstantSource other) {
        return new FakePluginContext(settings, other, scratchDirectory);
    }

    /** The same settings with a scratch directory; log and counters are new. */
    public FakePluginContext scratchDirectory(Path directory) {
        return new FakePluginContext(settings, clock, directory);
    }

    /** What was logged so far. */
    public LogCapture log() {
        return log;
    }

    /** What a counter came to; 0 if nothing was counted under that name. */
    public long counted(String name) {
        return meter.counts.getOrDefault(name, 0L);
    }

    /** @throws ClassCastException if the plugin asks for another record than the one given */
    @Override
    public <T extends Record> T settings(Class<T> type) {
        return type.cast(settings);
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public System.Logger logger() {
        return log;
    }

    @Override
    public Meter meter() {
        return meter;
    }

    /** @throws IllegalStateException if the test gave none */
    @Override
    public Path scratchDirectory() {
        if (scratchDirectory == null) {
            throw new IllegalStateException("the plugin uses a scratch directory, and the test gave it none");
        }
        return scratchDirectory;
    }

    private static final class CountingMeter implements Meter {
        private final Map<String, Long> counts = new ConcurrentHashMap<>();

        @Override
        public void count(String name, long amount) {
            requireNotNegative(name, amount);
            counts.merge(name, amount, Long::sum);
        }

        @Override
        public void time(String name, Duration elapsed) {
            requireNotNegative(name, elapsed.toNanos());
        }

        private static void requireNotNegative(String name, long amount) {
            if (amount < 0) {
                throw new IllegalArgumentException(name + " must be zero or more, not " + amount);
            }
        }
    }
}
