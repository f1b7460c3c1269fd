package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node started by {@code keywarden serve --config FILE}. */
final class TestNode implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final KeywardenProcess process;
    private final JsonNode state;
    private final Path directory;

    private TestNode(KeywardenProcess process, JsonNode state, Path directory) {
        this.process = process;
        this.state = state;
        this.directory = directory;
    }

    /** A configuration as an operator of the reference has it, with the lines that Keywarden adds. */
    static final class Configuration {
        private final Path directory;
        private final int port = Ports.free();
        private final List<String> coreLines = new ArrayList<>();
        private final List<String> tables = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private String chain = "webhook";
        private String image = "";
        private String machine = "";
        private String onboard = "";
        private String attestation = "";
        private String accepted = "mock";

        Configuration(Path directory) {
            this.directory = directory;
        }

        Configuration webhook(String url) {
            chain = "webhook";
            tables.add("[core.auth_api]\ntype = \"webhook\"\n[core.auth_api.webhook]\nurl = \"" + url + "\"");
            return this;
        }

        Configuration allowlist(Path file) {
            chain = "allowlist";
            tables.add("[core.authorization.allowlist]\nfile = \"" + file + "\"");
            return this;
        }

        /** @param lines of the authorizer's table */
        Configuration onchain(String lines) {
            chain = "onchain";
            tables.add("[core.authorization.onchain]\n" + lines);
            return this;
        }

        /** Names several authorizers, whose tables stand in {@link #table}. */
        Configuration chain(String... ids) {
            chain = String.join("\", \"", ids);
            return this;
        }

        /** Decides by a bundle, whose lists are in a folder under the names that the default policy knows. */
        Configuration policy(Path bundle, Path lists) {
            chain = "rego";
            tables.add("[core.authorization.rego]\nbundle = \"" + bundle + "\"");
            Map.of(
                            "images", "os_image_hash",
                            "kms_measurements", "mr_aggregated",
                            "apps", "app_id",
                            "compose_hashes", "app_id/compose_hash")
                    .forEach((name, key) -> tables.add("[core.authorization.rego.facts." + name + "]\nfile = \""
                            + lists.resolve(name + ".jsonl") + "\"\nkey = \"" + key + "\""));
            return this;
        }

        Configuration core(String line) {
            coreLines.add(line);
            return this;
        }

        Configuration table(String text) {
            tables.add(text);
            return this;
        }

        /** Bootstraps itself for a name that this machine resolves. */
        Configuration autoBootstrap() {
            onboard = "auto_bootstrap_domain = \"localhost\"";
            return this;
        }

        Configuration onboard(String line) {
            onboard = line;
            return this;
        }

        Configuration attestation(String line) {
            attestation = line;
            return this;
        }

        /** Takes software evidence through the plugin for hardware, with the software root and its collateral service. */
        Configuration verifyingWithTdx(Path root, String pccs) {
            accepted = "tdx";
            attestation = attestation + "\ninsecure_allow_external_trust_anchors = true";
            return table("""
                    [core.attestation.root_ca]
                    tdx = "%s"

                    [core.attestation.tdx.collateral]
                    urls = ["%s"]
                    timeout = "2s"
                    total_timeout = "3s"
                    """.formatted(root, pccs));
        }

        Configuration image(String line) {
            image = line;
            return this;
        }

        Configuration machine(String lines) {
            machine = lines;
            return this;
        }

        /** Says all there is to say. */
        Configuration loggingEverything() {
            environment.put("RUST_LOG", "trace");
            return this;
        }

        Path certDir() {
            return directory.resolve("certs");
        }

        Path records() {
            return directory.resolve("audit").resolve("decisions.jsonl");
        }

        int port() {
            return port;
        }

        Path write() {
            String text = """
                    [rpc]
                    address = "127.0.0.1"
                    port = %1$d

                    [core]
                    cert_dir = "%2$s"
                    %3$s

                    [core.onboard]
                    address = "127.0.0.1"
                    port = %1$d
                    %9$s

                    [core.attestation]
                    accept = ["%12$s"]
                    attester = "mock"
                    %10$s

                    [core.attestation.mock]
                    seed = "%4$s"

                    [core.attestation.mock.machine]
                    %5$s

                    [core.authorization]
                    chain = ["%6$s"]

                    [core.audit]
                    file = "%7$s"

                    [core.image]
                    verify = false
                    %11$s

                    %8$s
                    """.formatted(
                            port,
                            certDir(),
                            String.join("\n", coreLines),
                            Recordings.SEED,
                            machine,
                            chain,
                            records(),
                            String.join("\n\n", tables),
                            onboard,
                            attestation,
                            image,
                            accepted);
            try {
                return Files.writeString(directory.resolve("kms.toml"), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts a node and waits for the state. */
    static TestNode start(Configuration configuration, String wantedState) {
        KeywardenProcess process = launch(configuration);
        try {
            String line = process.awaitLine(text -> text.contains("\"state\":\"" + wantedState + "\""), START);
            return new TestNode(process, Recordings.json(line), configuration.directory);
        } catch (AssertionError e) {
            // Nobody else knows of it yet, so nobody else would end it.
            process.close();
            throw e;
        }
    }

    static KeywardenProcess launch(Configuration configuration) {
        Path file = configuration.write();
        return KeywardenProcess.start(
                configuration.directory,
                List.of("serve", "--config", file.toString(), "--json"),
                configuration.environment);
    }

    /** Waits until the node, started without keys, has some and serves. */
    void awaitServing() {
        process.awaitLine(text -> text.contains("\"state\":\"serving\""), START);
    }

    String url() {
        return state.get("url").asText();
    }

    int port() {
        return Integer.parseInt(url().substring(url().lastIndexOf(':') + 1));
    }

    KeywardenProcess process() {
        return process;
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        process.close();
    }
}
