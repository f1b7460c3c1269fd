package dev.keywarden.app.cli;

import dev.keywarden.app.policy.PolicyAnswer;
import dev.keywarden.app.policy.PolicyEvaluator;
import dev.keywarden.app.policy.PolicyQuestion;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keywarden policy eval}. */
@Command(
        name = "eval",
        description = "Asks a policy a question: a folder through opa, a bundle through the node's own engine."
                + " Ends with 0 if it allows.")
final class PolicyEvalCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "POLICY", defaultValue = ".", description = "A folder or a bundle (default: this folder).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path policy;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private QuestionOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PolicyEvalCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        PolicyQuestion question = options.question();
        try (PolicyEvaluator evaluator = PolicyTools.evaluator(policy, options.facts())) {
            PolicyAnswer answer = evaluator.answers(List.of(question)).get(0);
            json.say(console, answer.facts(), () -> new PolicyAnswerPrinter(console).show(answer));
            return answer.allows() ? 0 : 1;
        }
    }
}
