package dev.keywarden.app.cli;

import dev.keywarden.app.policy.FactFiles;
import dev.keywarden.app.policy.PolicyDiff;
import dev.keywarden.app.policy.PolicyEvaluator;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.app.policy.QuestionFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            json.say(console, facts(diff), () -> show(diff));
            return diff.changesVerdicts() ? 1 : 0;
        }
    }

    private void show(PolicyDiff diff) {
        if (!diff.changes().isEmpty()) {
            console.table(
                    List.of("RECORDS", "SUBJECT", "OLD", "NEW"),
                    diff.changes().stream()
                            .map(change -> List.of(
                                    Long.toString(change.count()),
                                    change.kind().subject(),
                                    change.kind().before(),
                                    change.kind().after()))
                            .toList());
        }
        long differing =
                diff.changes().stream().mapToLong(PolicyDiff.Change::count).sum();
        console.say(differing + " of " + diff.questions() + " decisions would differ");
    }

    private static Map<String, Object> facts(PolicyDiff diff) {
        List<Map<String, Object>> changes = new ArrayList<>();
        for (PolicyDiff.Change change : diff.changes()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("records", change.count());
            facts.put("subject", change.kind().subject());
            facts.put("old", change.kind().before());
            facts.put("new", change.kind().after());
            facts.put("verdict_changes", change.kind().verdict());
            changes.add(facts);
        }
        return Map.of("questions", diff.questions(), "changes", changes);
    }
}
