package dev.keywarden.app.explain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.app.audit.RecordReader;
import dev.keywarden.app.policy.PolicyAnswer;
import dev.keywarden.app.policy.PolicyDiff;
import dev.keywarden.app.policy.PolicyFailure;
import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.host.AuthorizationChain;
import dev.keywarden.host.ChainDecision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the questions of the past to a chain.
 *
 * @param chain who is asked now
 * @param clock told before each question what time it is about
 */
public record Replay(AuthorizationChain chain, Consumer<Instant> clock) {
    /**
     * Compares what was decided with what would be.
     *
     * @param log the file that records are added to
     * @throws PolicyFailure if it can't be read
     */
    public PolicyDiff of(Path log, Instant since, Instant until) {
        PolicyDiff.Count count = new PolicyDiff.Count();
        try {
            new RecordReader(log).read(entry -> {
                JsonNode record = entry.json();
                if (entry.kind().equals("decision") && record.path("verifier").isTextual()) {
                    PolicyQuestion question = PolicyQuestion.fromRecord(record, entry.place());
                    if (!question.time().isBefore(since) && question.time().isBefore(until)) {
                        count.add(question, recorded(record), again(question));
                    }
                }
                return true;
            });
        } catch (IOException e) {
            throw new PolicyFailure(String.valueOf(e.getMessage()), e);
        }
        return count.diff();
    }

    private static PolicyAnswer recorded(JsonNode record) {
        // The last answer is the one that made the outcome certain.
        JsonNode answers = record.path("answers");
        JsonNode last = answers.path(answers.size() - 1).path("reasons").path(0);
        JsonNode gateway = record.path("gateway_app_id");
        return answer(
                record.path("outcome").asText(),
                last.path("code").asText(),
                gateway.isTextual() ? gateway.asText() : null);
    }

    private PolicyAnswer again(PolicyQuestion question) {
        clock.accept(question.time());
        ChainDecision decision = chain.consider(question.question(), question.time());
        String code = decision.answers().isEmpty()
                ? ""
                : decision.answers().getLast().reasons().getFirst().code();
        return answer(decision.verdict().name(), code, decision.gatewayAppId());
    }

    private static PolicyAnswer answer(String verdict, String code, @Nullable String gateway) {
        return new PolicyAnswer(
                PolicyAnswer.Verdict.valueOf(verdict.toUpperCase(Locale.ROOT)),
                List.of(new PolicyAnswer.Reason(code, "", "")),
                gateway);
    }
}
