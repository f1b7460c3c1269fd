package dev.keywarden.app.cli;

import dev.keywarden.app.policy.FactFiles;
import dev.keywarden.app.policy.PolicyDiff;
import dev.keywarden.app.policy.PolicyEvaluator;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden policy diff}. */
@Command(
        name = "diff",
        description = "Asks two policies what a node was asked in the past, and shows where they differ."
                + " Ends with 1 if a verdict does.")
final class PolicyDiffCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "OLD", description = "A folder or a bundle.")
    @SuppressWarnings("NullAway.Init") // required
    private Path before;

    @Parameters(index = "1", paramLabel = "NEW", description = "A folder or a bundle.")
    @SuppressWarnings("NullAway.Init") // required
    private Path after;

    @Option(
            names = "--records",
            paramLabel = "FILE",
            defaultValue = ".keywarden/audit/decisions.jsonl",
            description = "The audit log whose questions are asked again (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path records;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private FactOptions facts;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PolicyDiffCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<PolicyQuestion> questions = QuestionFiles.asked(records);
        FactFiles lists = facts.read();
        try (PolicyEvaluator old = PolicyTools.evaluator(before, lists);
                PolicyEvaluator candidate = PolicyTools.evaluator(after, lists)) {
            PolicyDiff diff = PolicyDiff.of(questions, old, candidate);
            new PolicyDiffPrinter(console, json.wanted()).show(diff, "OLD", "NEW");
            return diff.changesVerdicts() ? 1 : 0;
        }
    }
}
