package dev.keywarden.app.cli;

import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.PluginHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keywarden onchain status|check|simulate|events}. */
@Command(name = "onchain", description = "Asks the contracts that govern this node, as the authorizer onchain does.")
final class OnchainCommand implements Runnable {
    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    OnchainCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: status, check, simulate or events");
    }

    /** Which node's contracts, and how answers look. */
    static final class Common {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "The node's configuration, on top of the usual files.")
        private @Nullable Path config;

        @Option(names = "--json", description = "One line of JSON for each answer.")
        private boolean json;

        OnchainTool open(Console console) {
            return new OnchainTool(console, config, json);
        }
    }

    @Command(name = "status", description = "Shows each provider's head, whether they agree, and what the contract is.")
    int status(@Mixin Common common) {
        OnchainTool tool = common.open(console);
        try (PluginHost host = tool.load(false)) {
            return tool.ask(host, "status");
        }
    }

    /** What describes a machine. */
    static final class Machine {
        @Option(
                names = "--boot-info",
                paramLabel = "FILE",
                description = "JSON: a boot info, or a decision record with one.")
        private @Nullable Path bootInfo;

        @Option(
                names = "--evidence",
                paramLabel = "FILE",
                description = "An envelope, as bytes or in hex, or a certificate with one; it is verified.")
        private @Nullable Path evidence;
    }

    @Command(name = "check", description = "Decides about a machine, now or at a block of the past; releases nothing.")
    int check(
            @Mixin Common common,
            @ArgGroup(multiplicity = "1") Machine machine,
            @Option(names = "--kms", description = "It wants to be a KMS; without this it is an app.") boolean kms,
            @Option(names = "--block", paramLabel = "N", description = "Decide as of this block.") @Nullable Long block) {
        OnchainTool tool = common.open(console);
        try (PluginHost host = tool.load(machine.evidence != null)) {
            String subject = kms ? "kms" : "app";
            String described = describe(host, machine);
            return block == null
                    ? tool.ask(host, "check", subject, described)
                    : tool.ask(host, "check", subject, described, block.toString());
        }
    }

    private static String describe(PluginHost host, Machine machine) {
        if (machine.bootInfo != null) {
            return KnownMachines.described(machine.bootInfo);
        }
        Path file = Objects.requireNonNull(machine.evidence, "picocli wants one of the two");
        EvidenceVerifier verifier =
                new EvidenceVerifier(() -> PluginGenerations.Lease.on(host), InstantSource.system());
        return KnownMachines.described(
                EvidenceFile.verify(file, verifier).machine().bootInfo("", MeasurementPoint.RUNTIME));
    }

    /** What is proposed. */
    static final class Proposed {
        @Option(
                names = "--safe-tx",
                paramLabel = "FILE",
                description = "JSON of a Safe's transaction or transaction builder.")
        private @Nullable Path safeTx;

        @ArgGroup(exclusive = false)
        private @Nullable Plain plain;
    }

    /** One transaction. */
    static final class Plain {
        @Option(names = "--to", required = true, paramLabel = "ADDRESS", description = "The contract it goes to.")
        @SuppressWarnings("NullAway.Init") // required
        private String to;

        @Option(names = "--data", required = true, paramLabel = "HEX", description = "Its calldata.")
        @SuppressWarnings("NullAway.Init") // required
        private String data;

        @Option(
                names = "--from",
                paramLabel = "ADDRESS",
                defaultValue = "",
                description = "Who would send it; default: the contract's owner.")
        @SuppressWarnings("NullAway.Init") // has a default
        private String from;
    }

    @Command(
            name = "simulate",
            description = "Tries transactions out without sending them: who would start or stop being allowed?")
    int simulate(
            @Mixin Common common,
            @ArgGroup(multiplicity = "1") Proposed proposed,
            @Option(
                            names = "--from-block",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Read events from this block on (default: ${DEFAULT-VALUE}).")
                    long fromBlock,
            @Option(
                            names = "--records",
                            paramLabel = "FILE",
                            description = "Decision records that tell of known machines; default: the node's.")
                    @Nullable Path records) {
        OnchainTool tool = common.open(console);
        try (PluginHost host = tool.load(false)) {
            Path known = records == null ? tool.settings().auditFile() : records;
            return tool.ask(
                    host, "simulate", proposal(proposed), KnownMachines.recorded(known), Long.toString(fromBlock));
        }
    }

    private static String proposal(Proposed proposed) {
        if (proposed.plain != null) {
            return KnownMachines.transaction(proposed.plain.to, proposed.plain.data, proposed.plain.from);
        }
        Path file = Objects.requireNonNull(proposed.safeTx, "picocli wants one of the two");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure(file + ": it can't be read (" + e.getMessage() + ")", e);
        }
    }

    @Command(name = "events", description = "Shows what was allowed and removed: when, by whom, in which transaction.")
    int events(
            @Mixin Common common,
            @Option(
                            names = "--from-block",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Read from this block on (default: ${DEFAULT-VALUE}).")
                    long fromBlock,
            @Parameters(
                            index = "0",
                            arity = "0..1",
                            paramLabel = "ENTRY",
                            defaultValue = "",
                            description = "Only this hash, app or contract.")
                    String entry) {
        OnchainTool tool = common.open(console);
        try (PluginHost host = tool.load(false)) {
            return tool.ask(host, "events", Long.toString(fromBlock), entry);
        }
    }
}
