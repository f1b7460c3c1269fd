package dev.keywarden.app.cli;

import dev.keywarden.host.PluginRole;
import dev.keywarden.host.PluginSigner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden plugins sign}. */
@Command(
        name = "sign",
        description = {
            "Signs an archive: its bytes, the plugin's name and version, and what it may be used for.",
            "The signature goes into ARCHIVE.sig, beside those of other keys; one of the same key for the same role is"
                    + " replaced."
        },
        footer = {"", "Example:", "  keywarden plugins sign hello.jar --key release.key --role authorizer --days 90"})
final class PluginsSignCommand implements Callable<Integer> {
    private static final int LONGEST_DAYS = 3_650;

    private final Console console;

    @Parameters(paramLabel = "ARCHIVE", description = "The plugin's jar.")
    @SuppressWarnings("NullAway.Init") // required
    private Path archive;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "The key, from plugins keygen.")
    @SuppressWarnings("NullAway.Init") // required
    private Path key;

    @Option(names = "--role", paramLabel = "ROLE", required = true, description = "authorizer or attestation.")
    @SuppressWarnings("NullAway.Init") // required
    private String role;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "365",
            description = "After how many days the signature ends (default: ${DEFAULT-VALUE}).")
    private int days;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PluginsSignCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        PluginRole use = PluginsVerifyCommand.role(role);
        if (days < 1 || days > LONGEST_DAYS) {
            throw new CommandFailure("--days must be 1 to " + LONGEST_DAYS + ", not " + days);
        }
        PluginSigner.Statement made =
                SigningKeyFile.signer(key).sign(archive, use, Instant.now().plus(Duration.ofDays(days)));
        if (json.wanted()) {
            console.json(facts(made));
        } else {
            console.say("signed " + made.plugin() + " " + made.version() + " as " + use.text() + " until "
                    + made.expires() + " in " + made.file());
        }
        return 0;
    }

    /** A statement without what only its reader adds. */
    static Map<String, Object> facts(PluginSigner.Statement statement) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", statement.file().toString());
        facts.put("id", statement.plugin());
        facts.put("version", statement.version());
        facts.put("sha256", statement.sha256());
        facts.put("role", statement.role().text());
        facts.put("key", statement.key());
        facts.put("expires", statement.expires().toString());
        return facts;
    }
}
