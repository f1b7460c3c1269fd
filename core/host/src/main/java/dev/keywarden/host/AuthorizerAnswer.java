package dev.keywarden.host;

import dev.keywarden.spi.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one authorizer said, for the decision record.
 *
 * @param authorizer its name
 * @param outcome what it came to
 * @param reasons why; for {@link Outcome#UNAVAILABLE} one reason with the code {@code host.unavailable}
 * @param evidence what it rests on
 * @param elapsed how long it took
 */
public record AuthorizerAnswer(
        String authorizer,
        Outcome outcome,
        List<Decision.Reason> reasons,
        Map<String, String> evidence,
        Duration elapsed) {

    /** What an authorizer's answer comes to. */
    public enum Outcome {
        /** The subject may. */
        ALLOW,
        /** The subject may not. */
        DENY,
        /** None of its business. */
        ABSTAIN,
        /** It was unable to decide, crashed, or missed its deadline. */
        UNAVAILABLE
    }

    public AuthorizerAnswer {
        reasons = List.copyOf(reasons);
        evidence = Map.copyOf(evidence);
    }

    static AuthorizerAnswer of(String authorizer, Decision decision, Duration elapsed) {
        return switch (decision) {
            case Decision.Allow allow ->
                new AuthorizerAnswer(authorizer, Outcome.ALLOW, List.of(allow.reason()), allow.evidence(), elapsed);
            case Decision.Deny deny ->
                new AuthorizerAnswer(authorizer, Outcome.DENY, deny.reasons(), deny.evidence(), elapsed);
            case Decision.Abstain abstain ->
                new AuthorizerAnswer(authorizer, Outcome.ABSTAIN, List.of(abstain.reason()), Map.of(), elapsed);
        };
    }

    static AuthorizerAnswer unavailable(String authorizer, String sentence, Duration elapsed) {
        List<Decision.Reason> reasons = List.of(new Decision.Reason("host.unavailable", sentence));
        return new AuthorizerAnswer(authorizer, Outcome.UNAVAILABLE, reasons, Map.of(), elapsed);
    }
}
