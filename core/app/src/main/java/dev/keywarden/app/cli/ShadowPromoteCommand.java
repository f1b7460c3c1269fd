package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.explain.ShadowReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden shadow promote}. */
@Command(
        name = "promote",
        description =
                "Makes a shadow the chain, and the chain shadows, in the configuration; a running node takes that up."
                        + " Refuses while the shadow is not safe to promote.")
final class ShadowPromoteCommand implements Callable<Integer> {
    private static final String TABLE = "(?ms)^\\[core\\.authorization\\][ \\t]*(?:#[^\\n]*)?$.*?(?=^\\[|\\z)";

    private final Console console;

    @Parameters(index = "0", paramLabel = "NAME", description = "The shadow.")
    @SuppressWarnings("NullAway.Init") // required
    private String name;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The node's configuration, in TOML; rewritten.")
    @SuppressWarnings("NullAway.Init") // required
    private Path config;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private ShadowCommand.RuleOptions options;

    @Option(names = "--force", description = "Even if it is not safe to promote.")
    private boolean force;

    ShadowPromoteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        NodeSettings settings =
                NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config));
        List<String> shadows = settings.configuration().core().authorization().shadow();
        if (!shadows.contains(name)) {
            throw new CommandFailure(name + " is no shadow of this node. Shadows are " + shadows);
        }
        ShadowReport.Rule rule = options.rule();
        ShadowReport report =
                force ? null : ShadowCommand.read(settings.auditFile()).get(name);
        if (!force && (report == null || !report.isSafe(rule))) {
            throw new CommandFailure(name + " is not safe to promote yet (" + rule.sentence()
                    + "). `keywarden shadow report` says where it stands; --force promotes it all the same");
        }
        rewrite(settings.chain());
        console.say("the chain is " + quoted(List.of(name)) + " now, and " + quoted(settings.chain())
                + " without a say; the reverse goes by the same command");
        return 0;
    }

    private void rewrite(List<String> chain) {
        try {
            String text = Files.readString(config);
            Matcher table = Pattern.compile(TABLE).matcher(text);
            if (!config.toString().endsWith(".toml") || !table.find()) {
                throw byHand(chain);
            }
            String changed = set(set(table.group(), "chain", List.of(name), chain), "shadow", chain, chain);
            String whole = text.substring(0, table.start()) + changed + text.substring(table.end());
            Path next = config.resolveSibling("." + config.getFileName() + ".next.toml");
            // It may hold a token, so nobody else may read the new one either.
            Files.copy(config, next, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            try {
                Files.writeString(next, whole);
                // What can't work shall not be what a running node reads.
                NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(next));
                Files.move(next, config, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw new CommandFailure(config + ": can't be rewritten (" + e + ")", e);
        }
    }

    private String set(String table, String key, List<String> value, List<String> chain) {
        Matcher line = Pattern.compile("(?m)^(\\s*" + key + "\\s*=\\s*)\\[[^\\]\\n]*\\]")
                .matcher(table);
        if (!line.find()) {
            throw byHand(chain);
        }
        return table.substring(0, line.start()) + line.group(1) + quoted(value) + table.substring(line.end());
    }

    private CommandFailure byHand(List<String> chain) {
        return new CommandFailure(
                config + ": its table [core.authorization] has no chain and shadow on a line each. Write"
                        + " them by hand: chain = " + quoted(List.of(name)) + ", shadow = " + quoted(chain));
    }

    private static String quoted(List<String> names) {
        return "[\"" + String.join("\", \"", names) + "\"]";
    }
}
