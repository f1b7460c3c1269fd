package dev.keywarden.app.cli;

import dev.keywarden.app.config.ConfigurationException;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.policy.PolicyFailure;
import dev.keywarden.collateral.CollateralException;
import dev.keywarden.host.PluginLoadException;
import dev.keywarden.keys.KeyException;
import dev.keywarden.spi.PluginException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands by name, and what their failures look like. */
@Command(
        name = "keywarden",
        description = "A key management service for confidential virtual machines.",
        synopsisSubcommandLabel = "COMMAND")
public final class CommandLineInterface implements Runnable {
    private static final System.Logger LOG = System.getLogger(CommandLineInterface.class.getName());
    private static final int REFUSED = 1;
    private static final int WRONG_USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    private CommandLineInterface() {}

    /**
     * Runs one command.
     *
     * @return 0 done, 1 refused or failed, 2 wrong usage
     */
    public static int run(String... args) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
        Console console = new Console(out, err);
        CommandLine commands = new CommandLine(new CommandLineInterface())
                .addSubcommand(new DevCommand(console))
                .addSubcommand(new ServeCommand(console))
                .addSubcommand(new GetAppKeyCommand(console))
                .addSubcommand(new SignCertCommand(console))
                .addSubcommand(new BootstrapCommand(console))
                .addSubcommand(new OnboardCommand(console))
                .addSubcommand(new AttestInfoCommand(console))
                .addSubcommand(new MetaCommand(console))
                .addSubcommand(new ConformanceCommand(console))
                .addSubcommand(new OnchainCommand(console))
                .addSubcommand(new PluginsCommand(console))
                .addSubcommand(new VerifyQuoteCommand(console))
                .addSubcommand(new QuoteCommand(console))
                .addSubcommand(new CollateralCommand(console))
                .addSubcommand(new SoftTeeCommand(console))
                .addSubcommand(PolicyCommand.with(console))
                .addSubcommand(AuditCommand.with(console))
                .addSubcommand(new ExplainCommand(console))
                .addSubcommand(new ReplayCommand(console))
                .addSubcommand(new VersionCommand(console))
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, console));
        addHelp(commands);
        commands.setParameterExceptionHandler((failure, ignored) -> wrongUsage(failure, console));
        return commands.execute(args);
    }

    /** Every command takes it, those that are added later too. */
    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Shows what the command does and takes.")
                        .build());
        command.getSubcommands().values().forEach(CommandLineInterface::addHelp);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command");
    }

    private static int wrongUsage(ParameterException failure, Console console) {
        console.warn("keywarden: " + failure.getMessage());
        console.warn(failure.getCommandLine().getUsageMessage().stripTrailing());
        return WRONG_USAGE;
    }

    private static int explain(Exception failure, Console console) {
        switch (failure) {
            case ConfigurationException e -> e.problems().forEach(problem -> console.warn("keywarden: " + problem));
            case PluginLoadException e ->
                e.getMessage().lines().forEach(problem -> console.warn("keywarden: " + problem));
            case CommandFailure e -> console.warn("keywarden: " + e.getMessage());
            case PolicyFailure e ->
                String.valueOf(e.getMessage()).lines().forEach(line -> console.warn("keywarden: " + line));
            case GateRefusal e -> console.warn("keywarden: " + e.text());
            case KeyException e -> console.warn("keywarden: " + e.getMessage());
            case PluginException e -> console.warn("keywarden: " + e.getMessage());
            case CollateralException e -> console.warn("keywarden: " + e.getMessage());
            default -> {
                LOG.log(System.Logger.Level.DEBUG, "unexpected failure", failure);
                console.warn("keywarden: unexpected failure: " + failure);
            }
        }
        return REFUSED;
    }
}
