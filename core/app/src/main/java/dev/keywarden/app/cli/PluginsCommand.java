package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.HostSettings;
import dev.keywarden.host.PluginArchives;
import dev.keywarden.host.PluginHostSettings;
import dev.keywarden.host.PluginListing;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden plugins}: its own {@code list} and {@code pin}, and what has a class of its own. */
@Command(
        name = "plugins",
        description = "Shows the archives of the plugin folder and what vouches for them, and signs them.")
final class PluginsCommand implements Runnable {
    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    private PluginsCommand(Console console) {
        this.console = console;
    }

    /** The command with all that belongs to it. */
    static CommandLine with(Console console) {
        return new CommandLine(new PluginsCommand(console))
                .addSubcommand(new PluginsNewCommand(console))
                .addSubcommand(new PluginsKeygenCommand(console))
                .addSubcommand(new PluginsSignCommand(console))
                .addSubcommand(new PluginsVerifyCommand(console))
                .addSubcommand(new PluginsDigestCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name a command: list, pin, digest, new, keygen, sign or verify");
    }

    @Command(name = "list", description = "Lists every archive with its digest, without loading any.")
    int list(
            @Option(names = "--dir", paramLabel = "DIR", description = "The folder; default: the node's.") @Nullable Path dir,
            @Option(
                            names = {"-c", "--config"},
                            paramLabel = "FILE",
                            description = "Configuration whose folder, pins and signatures count.")
                    @Nullable Path config,
            @Option(names = "--json", description = "One line of JSON for each archive.") boolean json) {
        return new Listing(console, dir, config, json).call();
    }

    @Command(name = "pin", description = "Prints the pins to put into the configuration.")
    int pin(
            @Option(names = "--dir", paramLabel = "DIR", description = "The folder; default: the node's.") @Nullable Path dir,
            @Option(names = "--json", description = "One line of JSON for each archive.") boolean json) {
        List<PluginListing> listings = new Listing(console, dir, null, json).read();
        if (!json) {
            console.say("[core.plugins.pins]");
        }
        boolean allSound = true;
        for (PluginListing listing : listings) {
            if (listing.id().isEmpty()) {
                console.warn("keywarden: " + listing.status());
                allSound = false;
            } else if (json) {
                console.json(Map.of("id", listing.id(), "sha256", listing.sha256()));
            } else {
                console.say(listing.id() + " = \"" + listing.sha256() + "\"");
            }
        }
        return allSound ? 0 : 1;
    }

    /** Reads a folder as the node would, and shows it. */
    private record Listing(
            Console console, @Nullable Path dir, @Nullable Path config, boolean json) implements Callable<Integer> {
        List<PluginListing> read() {
            Distribution distribution = Distribution.current();
            if (config != null) {
                NodeSettings settings = NodeSettings.from(
                        ConfigurationFiles.standard(Path.of("")).read(config));
                return PluginArchives.inspect(HostSettings.of(
                        settings,
                        distribution,
                        dir != null
                                ? dir
                                : settings.configuration().core().plugins().dir(),
                        new NodeMetrics(),
                        InstantSource.system(),
                        new SecureRandom()));
            }
            Path state = Path.of("");
            return PluginArchives.inspect(
                    PluginHostSettings.builder(distribution.plugins(dir), state, InstantSource.system())
                            .distributionPins(distribution.pins())
                            .build());
        }

        @Override
        public Integer call() {
            List<PluginListing> listings = read();
            if (json) {
                listings.forEach(listing -> console.json(facts(listing)));
            } else {
                console.table(
                        List.of("ID", "VERSION", "REQUIRES", "SHA-256", "STATUS"),
                        listings.stream().map(Listing::row).toList());
            }
            return listings.stream().allMatch(PluginListing::sound) ? 0 : 1;
        }

        private static List<String> row(PluginListing listing) {
            return List.of(
                    listing.id().isEmpty() ? "?" : listing.id(),
                    listing.version(),
                    listing.requires(),
                    listing.sha256(),
                    listing.status());
        }

        private static Map<String, Object> facts(PluginListing listing) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("file", listing.file().toString());
            facts.put("id", listing.id());
            facts.put("version", listing.version());
            facts.put("requires", listing.requires());
            facts.put("sha256", listing.sha256());
            facts.put("status", listing.status());
            facts.put("sound", listing.sound());
            return facts;
        }
    }
}
