package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.HostSettings;
import dev.keywarden.host.PluginSet;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden plugins digest}. */
@Command(
        name = "digest",
        description = {
            "Computes the digest of the set of plugins that a node with this configuration shows as plugin_set in"
                    + " GetMeta and in its certificate.",
            "Nothing is loaded or started."
        },
        footer = {"", "Example:", "  keywarden plugins digest --config kms.toml"})
final class PluginsDigestCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration on top of /etc/kms/kms.toml and ./kms.toml.")
    private @Nullable Path config;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PluginsDigestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        NodeSettings settings =
                NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config));
        String digest = PluginSet.digest(HostSettings.from(
                settings, Distribution.current(), new NodeMetrics(), InstantSource.system(), new SecureRandom()));
        if (json.wanted()) {
            console.json(Map.of("plugin_set", digest));
        } else {
            console.say(digest);
        }
        return 0;
    }
}
