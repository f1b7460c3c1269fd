package dev.keywarden.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.app.policy.OpaFolderEvaluator;
import dev.keywarden.app.policy.OpaTool;
import dev.keywarden.app.policy.PolicyAnswer;
import dev.keywarden.app.policy.PolicyExplanation;
import dev.keywarden.app.policy.PolicyFolder;
import dev.keywarden.app.policy.PolicyQuestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keywarden policy explain}. */
@Command(name = "explain", description = "Asks a policy a question, and shows the rule and the line that said no.")
final class PolicyExplainCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private PolicyFolderOption folder;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private QuestionOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PolicyExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        PolicyQuestion question = options.question();
        OpaTool opa = PolicyTools.opa();
        PolicyFolder policy = folder.policy();
        PolicyAnswer answer = new OpaFolderEvaluator(opa, policy, options.facts())
                .answers(List.of(question))
                .get(0);
        ObjectNode input = question.input(options.facts());
        PolicyExplanation explanation =
                answer.allows() ? new PolicyExplanation(Map.of(), List.of()) : PolicyExplanation.of(opa, policy, input);
        json.say(console, facts(answer, explanation), () -> show(answer, explanation));
        return 0;
    }

    private void show(PolicyAnswer answer, PolicyExplanation explanation) {
        new PolicyAnswerPrinter(console).show(answer);
        if (answer.allows()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (PolicyAnswer.Reason reason : answer.reasons()) {
            PolicyExplanation.Line rule = rule(explanation, reason);
            if (rule != null) {
                rows.add(List.of("reason", rule.place(), rule.text()));
            }
        }
        explanation.lines().forEach(line -> rows.add(List.of("failed", line.place(), line.text())));
        if (!rows.isEmpty()) {
            console.say("");
            console.table(List.of("WHAT", "WHERE", "WHICH SAYS"), rows);
        }
    }

    private static PolicyExplanation.@Nullable Line rule(PolicyExplanation explanation, PolicyAnswer.Reason reason) {
        return explanation.rules().get(reason.code().substring(reason.code().indexOf('.') + 1));
    }

    private static Map<String, Object> facts(PolicyAnswer answer, PolicyExplanation explanation) {
        Map<String, Object> facts = new LinkedHashMap<>(answer.facts());
        List<Map<String, Object>> rules = new ArrayList<>();
        for (PolicyAnswer.Reason reason : answer.reasons()) {
            PolicyExplanation.Line rule = rule(explanation, reason);
            if (rule != null) {
                rules.add(line(rule, Map.of("code", reason.code())));
            }
        }
        facts.put("rules", rules);
        facts.put(
                "failed",
                explanation.lines().stream().map(line -> line(line, Map.of())).toList());
        return facts;
    }

    private static Map<String, Object> line(PolicyExplanation.Line line, Map<String, Object> more) {
        Map<String, Object> facts = new LinkedHashMap<>(more);
        facts.put("file", line.file());
        facts.put("line", line.row());
        facts.put("text", line.text());
        return facts;
    }
}
