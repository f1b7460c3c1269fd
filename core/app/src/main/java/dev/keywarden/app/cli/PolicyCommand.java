package dev.keywarden.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden policy ...}: what policy authors do, from the first line to the bundle. */
@Command(name = "policy", description = "Makes, tests, builds, asks and compares policies in Rego; drives a real opa.")
final class PolicyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    /** The command with all that belongs to it. */
    static CommandLine with(Console console) {
        return new CommandLine(new PolicyCommand())
                .addSubcommand(new PolicyNewCommand(console))
                .addSubcommand(new PolicyTestCommand(console))
                .addSubcommand(new PolicyBuildCommand(console))
                .addSubcommand(new PolicySignCommand(console))
                .addSubcommand(new PolicyVerifyCommand(console))
                .addSubcommand(new PolicyEvalCommand(console))
                .addSubcommand(new PolicyExplainCommand(console))
                .addSubcommand(new PolicyBenchCommand(console))
                .addSubcommand(new PolicyDiffCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name a command: new, test, build, sign, verify, eval, explain, bench or diff");
    }
}
