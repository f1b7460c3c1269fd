package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationFiles;
import dev.keywarden.app.config.NodeSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden audit show|follow|verify}. */
@Command(name = "audit", description = "Shows the decision records of a node, and whether they are whole.")
final class AuditCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    private AuditCommand() {}

    static CommandLine with(Console console) {
        return new CommandLine(new AuditCommand())
                .addSubcommand(new AuditShowCommand(console))
                .addSubcommand(new AuditFollowCommand(console))
                .addSubcommand(new AuditVerifyCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: show, follow or verify");
    }

    /** Which log. */
    static final class LogOption {
        private static final Path OF_DEV = Path.of(".keywarden", "audit", "decisions.jsonl");

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "The log: the file that records are added to (default: that of --config, or"
                        + " .keywarden/audit/decisions.jsonl).")
        private @Nullable Path file;

        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "The configuration of the node whose log it is.")
        private @Nullable Path config;

        Path file() {
            if (file != null) {
                return file;
            }
            return config == null
                    ? OF_DEV
                    : NodeSettings.from(ConfigurationFiles.standard(Path.of("")).read(config))
                            .auditFile();
        }
    }
}
