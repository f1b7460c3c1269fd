package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.app.node.CryptoProviders;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.HostSettings;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.host.PluginHost;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The chain of a node, or another one with the same settings, loaded for a command that asks it and releases nothing. */
final class NodeChain {
    private static final Path OF_DEV = Path.of(".keywarden", "kms.toml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The node's configuration (default: .keywarden/kms.toml).")
    private @Nullable Path config;

    @Option(
            names = "--chain",
            paramLabel = "ID",
            split = ",",
            description = "Ask these authorizers instead, each with its table of the configuration.")
    private @Nullable List<String> chain;

    private @Nullable NodeSettings read;

    NodeSettings settings() {
        NodeSettings settings = read;
        if (settings == null) {
            settings = config == null
                    ? NodeSettings.from(new ConfigurationFiles(List.of()).read(OF_DEV))
                    : NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config));
            read = settings;
        }
        return settings;
    }

    /** @param clock what plugins take for the time */
    PluginHost load(InstantSource clock) {
        LogSetup.install("error");
        CryptoProviders.install();
        NodeSettings settings = settings();
        List<String> asked = chain == null ? settings.chain() : chain;
        String problem = HostSettings.rule(settings).problemWith(asked.size());
        if (!problem.isEmpty()) {
            throw new ConfigurationException("core.authorization.combine " + problem);
        }
        return PluginHost.load(HostSettings.asking(
                asked, settings, Distribution.current(), new NodeMetrics(), clock, new SecureRandom()));
    }
}
