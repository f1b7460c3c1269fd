package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.spi.PluginContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts, times and logs what providers do. */
final class Telemetry {
    private final PluginContext.Meter meter;
    private final System.Logger logger;
    /** What is wrong with a provider since when it was last said, so that a long outage is one line. */
    private final Map<String, String> wrong = new ConcurrentHashMap<>();

    Telemetry(PluginContext.Meter meter, System.Logger logger) {
        this.meter = meter;
        this.logger = logger;
    }

    /** A question to a provider is over. */
    void read(Provider provider, Duration elapsed, @Nullable ProviderFault fault) {
        meter.count("reads_total", 1);
        meter.time("read_" + provider.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_"), elapsed);
        if (fault != null) {
            meter.count("read_failures_total", 1);
        }
    }

    /** A provider's head was read, or not. */
    void sighted(HeadWatch.Sighting sighting) {
        String name = sighting.provider().name();
        ProviderFault fault = sighting.fault();
        if (fault == null) {
            if (wrong.remove(name) != null) {
                logger.log(System.Logger.Level.INFO, "provider {0} answers again", name);
            }
            return;
        }
        meter.count("head_failures_total", 1);
        if (!fault.kind().code().equals(wrong.put(name, fault.kind().code()))) {
            logger.log(System.Logger.Level.WARNING, "provider {0} {1}", name, fault.getMessage());
        }
    }

    /** How old the block is that decisions are made at. */
    void headAge(Duration age) {
        meter.time("head_age", age.isNegative() ? Duration.ZERO : age);
    }

    /** Somebody said something else than the others. */
    void disagreed(String who) {
        meter.count("disagreements_total", 1);
        logger.log(System.Logger.Level.WARNING, "providers disagree: {0}", who);
    }

    /** A decision was made without asking. */
    void reused() {
        meter.count("reused_reads_total", 1);
    }
}
