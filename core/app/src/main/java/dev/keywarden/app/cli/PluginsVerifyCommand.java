package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.host.PluginLoadException;
import dev.keywarden.host.PluginRole;
import dev.keywarden.host.PluginSigner;
import dev.keywarden.host.SignaturePolicy;
import dev.keywarden.spi.Bytes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden plugins verify}. */
@Command(
        name = "verify",
        description = {
            "Says what the signatures of an archive are worth: exit code 0 if enough keys vouch for it, 1 if not.",
            "The keys are those of a node's configuration, or those of --key. Which versions a node ran is known to the"
                    + " node alone: see plugins list --config."
        },
        footer = {
            "",
            "Examples:",
            "  keywarden plugins verify hello.jar --config kms.toml --role authorizer",
            "  keywarden plugins verify hello.jar --key release=<64 hex digits of plugins keygen>"
        })
final class PluginsVerifyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "ARCHIVE", description = "The plugin's jar.")
    @SuppressWarnings("NullAway.Init") // required
    private Path archive;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration whose keys, threshold and revocations count.")
    private @Nullable Path config;

    @Option(names = "--key", paramLabel = "NAME=HEX", description = "A public key that counts; may be repeated.")
    private Map<String, String> keys = Map.of();

    @Option(
            names = "--threshold",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many of --key must have signed (default: ${DEFAULT-VALUE}).")
    private int threshold;

    @Option(names = "--role", paramLabel = "ROLE", description = "For which use; default: any.")
    private @Nullable String role;

    @Option(names = "--json", description = "One line of JSON for each signature.")
    private boolean json;

    PluginsVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        SignaturePolicy policy = policy();
        Instant now = Instant.now();
        List<List<String>> rows = new ArrayList<>();
        for (PluginSigner.Statement statement : PluginSigner.statements(archive, policy, now)) {
            if (json) {
                Map<String, Object> facts = PluginsSignCommand.facts(statement);
                facts.put("counts", statement.flaw().isEmpty());
                facts.put("flaw", statement.flaw());
                console.json(facts);
            } else {
                rows.add(List.of(
                        Printable.line(statement.key()),
                        statement.role().text(),
                        statement.expires().toString(),
                        statement.flaw().isEmpty() ? "counts" : Printable.line(statement.flaw())));
            }
        }
        if (!rows.isEmpty()) {
            console.table(List.of("KEY", "ROLE", "UNTIL", "SIGNATURE"), rows);
        }
        try {
            PluginSigner.require(archive, policy, role == null ? Set.of() : Set.of(role(role)), now);
            return 0;
        } catch (PluginLoadException e) {
            throw new CommandFailure(Printable.line(e.getMessage()), e);
        }
    }

    private SignaturePolicy policy() {
        if (config != null) {
            return NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config))
                    .signatures();
        }
        if (keys.isEmpty() || threshold < 1) {
            throw new CommandFailure("nobody's signature would count. Name the node's configuration with --config, or a"
                    + " public key with --key, and a threshold of at least 1");
        }
        try {
            return new SignaturePolicy(
                    keys.entrySet().stream()
                            .map(key -> new SignaturePolicy.Key(key.getKey(), Bytes.fromHex(key.getValue()), null))
                            .toList(),
                    threshold,
                    Set.of(),
                    Set.of());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--key must be NAME=HEX with 64 hex digits: " + e.getMessage(), e);
        }
    }

    /** The role that a person named. */
    static PluginRole role(String text) {
        return PluginRole.of(text)
                .orElseThrow(() -> new CommandFailure("--role must be authorizer or attestation, not " + text));
    }
}
