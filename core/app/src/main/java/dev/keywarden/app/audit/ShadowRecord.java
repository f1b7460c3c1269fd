package dev.keywarden.app.audit;

import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.host.ChainDecision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an authorizer without a say would have said: one record for each time it differs from the chain, and one now and then
 * that counts how often it did not.
 *
 * @param time when
 * @param shadow its name
 * @param generation number of the plugin generation that it is of
 * @param difference what differed, or {@code null} for a count
 * @param tally how often it answered since the last count; zeros for a difference
 */
public record ShadowRecord(
        Instant time,
        String shadow,
        long generation,
        @Nullable Difference difference,
        Tally tally) implements AuditRecord {

    /**
     * One question on which the two differ.
     *
     * @param question what both were asked
     * @param answer what the shadow said
     * @param decision what counted
     */
    public record Difference(AuthorizationQuestion question, AuthorizerAnswer answer, ChainDecision decision) {}

    /**
     * Answers since the count before.
     *
     * @param agreed how many were as the chain's
     * @param differed how many were not
     * @param dropped questions that the shadow was too slow for
     */
    public record Tally(long agreed, long differed, long dropped) {
        /** Nothing yet. */
        public static final Tally NONE = new Tally(0, 0, 0);
    }
}
