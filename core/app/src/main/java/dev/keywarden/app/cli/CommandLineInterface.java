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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
        CommandLine commands = new CommandLine(new CommandLineInterface());
        Map<String, Supplier<Object>> known = commands(console);
        // Describing a command costs milliseconds, and there are dozens: where one is named, only that one is
        // described.
        @Nullable Supplier<Object> named = args.length == 0 ? null : known.get(args[0]);
        (named == null ? known.values() : List.of(named)).forEach(command -> commands.addSubcommand(command.get()));
        commands.setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, console));
        addHelp(commands);
        commands.setParameterExceptionHandler((failure, ignored) -> wrongUsage(failure, console));
        return commands.execute(args);
    }

    /** By the name that each one's annotation gives it, in the order in which help lists them. */
    static Map<String, Supplier<Object>> commands(Console console) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("dev", () -> new DevCommand(console));
        commands.put("serve", () -> new ServeCommand(console));
        commands.put("get-app-key", () -> new GetAppKeyCommand(console));
        commands.put("sign-cert", () -> new SignCertCommand(console));
        commands.put("bootstrap", () -> new BootstrapCommand(console));
        commands.put("onboard", () -> new OnboardCommand(console));
        commands.put("attest-info", () -> new AttestInfoCommand(console));
        commands.put("meta", () -> new MetaCommand(console));
        commands.put("conformance", () -> new ConformanceCommand(console));
        commands.put("onchain", () -> new OnchainCommand(console));
        commands.put("plugins", () -> PluginsCommand.with(console));
        commands.put("verify-quote", () -> new VerifyQuoteCommand(console));
        commands.put("quote", () -> new QuoteCommand(console));
        commands.put("collateral", () -> new CollateralCommand(console));
        commands.put("softtee", () -> new SoftTeeCommand(console));
        commands.put("policy", () -> PolicyCommand.with(console));
        commands.put("version", () -> new VersionCommand(console));
        return commands;
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
