package dev.keywarden.app.cli;

import dev.keywarden.app.explain.ShadowReport;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden shadow report}. */
@Command(
        name = "report",
        description =
                "Shows how often shadows differed from the chain, about whom and why, and which are safe to promote."
                        + " Ends with 1 unless all are.")
final class ShadowReportCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private AuditCommand.LogOption log;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private ShadowCommand.RuleOptions options;

    @Option(names = "--json", description = "One line of JSON for each shadow.")
    private boolean json;

    ShadowReportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Map<String, ShadowReport> reports = ShadowCommand.read(log.file());
        ShadowReport.Rule rule = options.rule();
        if (reports.isEmpty()) {
            throw new CommandFailure(
                    "no shadow has answered yet. Name one in core.authorization.shadow; what it says is"
                            + " on record within seconds");
        }
        if (!json) {
            console.say(rule.sentence());
        }
        for (ShadowReport report : reports.values()) {
            if (json) {
                console.json(ShadowCommand.facts(report, rule));
            } else {
                show(report, rule);
            }
        }
        return reports.values().stream().allMatch(report -> report.isSafe(rule)) ? 0 : 1;
    }

    private void show(ShadowReport report, ShadowReport.Rule rule) {
        console.say("");
        console.say(report.name() + ": " + (report.isSafe(rule) ? "safe to promote" : "not safe to promote"));
        console.say("agreed " + report.agreed() + ", differed " + report.differed() + ", dropped " + report.dropped()
                + "; since the last difference " + report.clean() + " requests in "
                + report.cleanFor().toMinutes() + " minutes");
        if (report.differed() > 0) {
            new PolicyDiffPrinter(console, false).table(report.differences(), "CHAIN", "SHADOW");
        }
    }
}
