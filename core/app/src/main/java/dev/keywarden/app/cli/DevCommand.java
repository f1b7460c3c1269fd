package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.ConfigurationTree;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.app.node.Node;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keywarden dev}: a node on this machine in one command. */
@Command(
        name = "dev",
        description = "A node on this machine: mock attestation, the default policy, bootstrapped, serving.")
final class DevCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8000;
    private static final String DOMAIN = "localhost";

    private final Console console;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".keywarden",
            description = "Where its state is kept (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path dir;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to serve on (default: 8000, or the one of its kms.toml).")
    private @Nullable Integer port;

    @Option(names = "--json", description = "One line of JSON with url and state once it serves.")
    private boolean json;

    DevCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LogSetup.install(Optional.ofNullable(System.getenv("RUST_LOG")).orElse("warn"));
        DevWorkspace workspace = new DevWorkspace(dir);
        Distribution distribution = Distribution.current();
        workspace.prepare(port == null ? DEFAULT_PORT : port, distribution.defaultPolicy());
        boolean firstStart = !workspace.hasLists();
        if (firstStart) {
            workspace.writeEmptyLists();
        }
        DevPrinter printer = new DevPrinter(console, json, workspace);
        try (Node node = Node.assemble(
                () -> settings(workspace), distribution, printer, InstantSource.system(), new SecureRandom())) {
            if (firstStart) {
                workspace.writeFirstLists(node.identity().cached().bootInfo());
                printer.wroteLists();
            }
            Runtime.getRuntime().addShutdownHook(new Thread(node::requestStop, "stop"));
            node.run(Optional.of(DOMAIN));
        }
        return 0;
    }

    private NodeSettings settings(DevWorkspace workspace) {
        ConfigurationTree tree = new ConfigurationFiles(List.of()).read(workspace.configuration());
        if (port != null) {
            tree.table("rpc").put("port", port);
            tree.table("core.onboard").put("port", port);
        }
        return NodeSettings.from(tree);
    }

    /** Says more than a served node does, because here everything is new to whoever reads it. */
    private static final class DevPrinter extends NodePrinter {
        private final Console console;
        private final boolean json;
        private final DevWorkspace workspace;

        DevPrinter(Console console, boolean json, DevWorkspace workspace) {
            super(console, json);
            this.console = console;
            this.json = json;
            this.workspace = workspace;
        }

        void wroteLists() {
            if (!json) {
                console.say(
                        "wrote " + workspace.lists() + ": allow this node and one app; edit them while the node runs");
            }
        }

        @Override
        public void serving(String state, String url) {
            if (!state.equals("serving")) {
                if (!json) {
                    super.serving(state, url);
                }
                return;
            }
            workspace.rememberUrl(url);
            super.serving(state, url);
            if (!json) {
                console.say("");
                console.say("Take a key as a guest, in another terminal:");
                console.say("  ./keywarden get-app-key" + dirOption());
                console.say("Watch decisions:  ./keywarden audit follow" + logOption());
            }
        }

        private String logOption() {
            return dirOption().isEmpty() ? "" : " --file " + workspace.root().resolve("audit/decisions.jsonl");
        }

        private String dirOption() {
            return workspace.root().equals(Path.of(".keywarden")) ? "" : " --dir " + workspace.root();
        }
    }
}
