package dev.keywarden.host;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chain decided.
 *
 * @param verdict only {@link Verdict#ALLOW} opens anything
 * @param gatewayAppId from the first allowing authorizer that names one, or {@code null}
 * @param reason the sentence that goes with it: of a deny the authorizer's own words
 * @param answers of the authorizers that were asked, in order
 */
public record ChainDecision(
        Verdict verdict, @Nullable String gatewayAppId, String reason, List<AuthorizerAnswer> answers) {

    /** The three ways a decision comes out. */
    public enum Verdict {
        /** The subject may pass. */
        ALLOW,
        /** It may not. */
        DENY,
        /** An authorizer was unable to decide, which denies. */
        UNAVAILABLE
    }

    public ChainDecision {
        answers = List.copyOf(answers);
    }

    /** Whether an authorizer alone would have let pass what this lets pass, and stopped what this stops. */
    public boolean agreesWith(AuthorizerAnswer answer) {
        return (verdict == Verdict.ALLOW) == (answer.outcome() == AuthorizerAnswer.Outcome.ALLOW);
    }
}
