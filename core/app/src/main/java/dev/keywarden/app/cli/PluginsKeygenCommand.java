package dev.keywarden.app.cli;

import dev.keywarden.host.Ed25519;
import dev.keywarden.spi.Bytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden plugins keygen}. */
@Command(
        name = "keygen",
        description = {
            "Makes an Ed25519 key that signs plugins, and prints what nodes must know of it.",
            "Keep the file away from every node: whoever has it can say what code decides about keys."
        },
        footer = {"", "Example:", "  keywarden plugins keygen release.key --name release"})
final class PluginsKeygenCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "Where the key goes, with mode 0600; must not be there yet.")
    @SuppressWarnings("NullAway.Init") // required
    private Path file;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "release",
            description = "What the configuration calls it (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private String name;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PluginsKeygenCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!name.matches("[A-Za-z0-9_-]+")) {
            throw new CommandFailure("--name " + name + " must be letters, digits, hyphens and underscores, because it"
                    + " becomes a key of the configuration");
        }
        Bytes publicKey = SigningKeyFile.make(file, new SecureRandom());
        if (json.wanted()) {
            Map<String, String> line = new LinkedHashMap<>();
            line.put("file", file.toString());
            line.put("name", name);
            line.put("key", publicKey.toHex());
            line.put("id", Ed25519.id(publicKey));
            console.json(line);
        } else {
            console.say("# in the configuration of each node; id " + Ed25519.id(publicKey));
            console.say("[core.plugins.keys." + name + "]");
            console.say("key = \"" + publicKey.toHex() + "\"");
        }
        return 0;
    }
}
