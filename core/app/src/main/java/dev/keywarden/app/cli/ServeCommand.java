package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.app.node.Node;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keywarden serve}: a node, in onboarding mode until it has root keys. */
@Command(name = "serve", description = "Runs a node: onboarding mode until it has root keys, then the RPC service.")
final class ServeCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration on top of /etc/kms/kms.toml and ./kms.toml; .toml or .json.")
    private @Nullable Path config;

    @Option(names = "--json", description = "One line of JSON for each state the node reaches.")
    private boolean json;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LogSetup.install(System.getenv("RUST_LOG"));
        Supplier<NodeSettings> settings =
                () -> NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config));
        NodePrinter printer = new NodePrinter(console, json);
        try (Node node =
                Node.assemble(settings, Distribution.current(), printer, InstantSource.system(), new SecureRandom())) {
            Runtime.getRuntime().addShutdownHook(new Thread(node::requestStop, "stop"));
            node.run();
        }
        return 0;
    }
}
