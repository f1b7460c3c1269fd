package dev.keywarden.app.cli;

import dev.keywarden.app.explain.ShadowReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden shadow report|promote}. */
@Command(name = "shadow", description = "Shows how authorizers without a say got on, and lets one decide.")
final class ShadowCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    private ShadowCommand() {}

    static CommandLine with(Console console) {
        return new CommandLine(new ShadowCommand())
                .addSubcommand(new ShadowReportCommand(console))
                .addSubcommand(new ShadowPromoteCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: report or promote");
    }

    /** When a shadow may become the chain. */
    static final class RuleOptions {
        @Option(
                names = "--requests",
                paramLabel = "N",
                defaultValue = "1000",
                description = "At least so many answers in a row as the chain's (default: ${DEFAULT-VALUE}).")
        private long requests;

        @Option(
                names = "--hours",
                paramLabel = "N",
                defaultValue = "24",
                description = "Over at least so many hours (default: ${DEFAULT-VALUE}).")
        private long hours;

        ShadowReport.Rule rule() {
            return new ShadowReport.Rule(requests, Duration.ofHours(hours));
        }
    }

    static Map<String, ShadowReport> read(Path log) {
        try {
            return ShadowReport.read(log);
        } catch (IOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    static Map<String, Object> facts(ShadowReport report, ShadowReport.Rule rule) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("shadow", report.name());
        facts.put("safe_to_promote", report.isSafe(rule));
        facts.put("agreed", report.agreed());
        facts.put("differed", report.differed());
        facts.put("dropped", report.dropped());
        facts.put("clean_requests", report.clean());
        facts.put("clean_seconds", report.cleanFor().toSeconds());
        facts.put("differences", PolicyDiffPrinter.facts(report.differences()).get("changes"));
        return facts;
    }
}
