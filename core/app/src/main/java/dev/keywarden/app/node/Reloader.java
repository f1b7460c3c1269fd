package dev.keywarden.app.node;

import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.host.GenerationReport;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.PluginLoadException;
import dev.keywarden.spi.PluginException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Changes the plugins of a running node (design, section 7): when their folder or the configuration changes, at SIGHUP, and
 * for administrators.
 *
 * <p>Only what the configuration says of plugins, attestation and authorization changes; the rest waits for the next start,
 * and a warning says so. Whatever is wrong with the new, the old goes on.
 */
final class Reloader {
    private final Supplier<NodeSettings> source;
    private final Distribution distribution;
    private final NodeMetrics metrics;
    private final PluginGenerations generations;
    private final PluginGenerations.Check trial;
    private final NodeEvents events;
    private final InstantSource clock;
    private final SecureRandom random;
    private final ReentrantLock reloading = new ReentrantLock();

    // Written under reloading.
    private volatile NodeSettings running;

    /** @param source reads the configuration anew, as at start */
    Reloader(
            NodeSettings running,
            Supplier<NodeSettings> source,
            Distribution distribution,
            NodeMetrics metrics,
            PluginGenerations generations,
            PluginGenerations.Check trial,
            NodeEvents events,
            InstantSource clock,
            SecureRandom random) {
        this.running = running;
        this.source = source;
        this.distribution = distribution;
        this.metrics = metrics;
        this.generations = generations;
        this.trial = trial;
        this.events = events;
        this.clock = clock;
        this.random = random;
    }

    /** Reads configuration and folder, and puts a new generation in if it is sound. */
    GenerationReport reload(String cause) {
        reloading.lock();
        try {
            NodeSettings next = source.get();
            if (!withoutPlugins(next.configuration()).equals(withoutPlugins(running.configuration()))) {
                events.warning("the configuration changed in more than plugins, attestation and authorization; the rest"
                        + " takes effect at the next start");
            }
            GenerationReport report =
                    generations.replace(HostSettings.from(next, distribution, metrics, clock, random), trial, cause);
            if (report.succeeded()) {
                running = next;
                next.warnings().forEach(events::warning);
            }
            return announced(report);
        } catch (ConfigurationException | PluginException | PluginLoadException e) {
            return announced(generations.refused(
                    cause, String.valueOf(e.getMessage()).lines().toList()));
        } finally {
            reloading.unlock();
        }
    }

    /** Returns to the generation before, whatever folder and configuration say now. */
    GenerationReport rollback(String cause) {
        return announced(generations.rollback(trial, cause));
    }

    /** The folder and files whose change is a reason to reload. */
    List<Path> watched() {
        List<Path> paths = new ArrayList<>(running.files());
        paths.add(distribution.plugins(running.configuration().core().plugins().dir()));
        return paths;
    }

    private GenerationReport announced(GenerationReport report) {
        metrics.changed(report);
        events.changed(report);
        return report;
    }

    /** A configuration in which nothing is left that a running node can change. */
    private static KmsConfiguration withoutPlugins(KmsConfiguration whole) {
        KmsConfiguration.Core core = whole.core();
        KmsConfiguration.Attestation attestation = core.attestation();
        KmsConfiguration.Plugins plugins = core.plugins();
        return new KmsConfiguration(
                whole.rpc(),
                new KmsConfiguration.Core(
                        core.certDir(),
                        core.subjectPostfix(),
                        core.adminTokenHash(),
                        core.pccsUrl(),
                        core.siteName(),
                        core.enforceSelfAuthorization(),
                        core.attestRpcCert(),
                        core.sevSnpKeyRelease(),
                        core.awsNitroTpmKeyRelease(),
                        core.image(),
                        new KmsConfiguration.AuthApi(""),
                        core.onboard(),
                        new KmsConfiguration.Attestation(
                                List.of(),
                                null,
                                attestation.connectionReuse(),
                                attestation.connectionReuse(),
                                attestation.renewal(),
                                attestation.insecureAllowExternalTrustAnchors()),
                        new KmsConfiguration.Authorization(null, "", false, List.of(), attestation.connectionReuse()),
                        new KmsConfiguration.Plugins(
                                null,
                                "",
                                false,
                                plugins.watch(),
                                plugins.stateDir(),
                                Map.of(),
                                0,
                                List.of(),
                                List.of(),
                                Map.of()),
                        core.audit(),
                        core.admin(),
                        core.metrics()));
    }
}
