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
}
