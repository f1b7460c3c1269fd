package dev.keywarden.app.audit;

import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One decision of one gate, with what it was made from, so that it can be repeated later.
 *
 * @param time when it was made
 * @param requestId shared by all records of one request
 * @param gate which gate asked
 * @param method the RPC behind the gate, without prefix
 * @param subject whom it is about
 * @param outcome what came out
 * @param reason the sentence that goes with it; empty for most allows
 * @param remote the caller's network address, untrusted, or {@code null} for the node's own acts
 * @param verifier the attestation backend that verified the evidence, or {@code null} if there was none
 * @param evidenceSha256 digest of the evidence as received, or {@code null} if there was none
 * @param bootInfo who booted what where, or {@code null} if it never came to that
 * @param answers each authorizer's answer in chain order
 * @param generation number of the plugin generation that decided, counted from the start of the process
 * @param pluginSet digest of the set of plugins that decided
 */
public record DecisionRecord(
        Instant time,
        String requestId,
        Gate gate,
        String method,
        Subject subject,
        Outcome outcome,
        String reason,
        @Nullable String remote,
        @Nullable String verifier,
        @Nullable Bytes evidenceSha256,
        @Nullable BootInfo bootInfo,
        List<AuthorizerAnswer> answers,
        long generation,
        String pluginSet) {

    /** What came out of a gate. */
    public enum Outcome {
        /** The subject may pass. */
        ALLOW,
        /** An authorizer said no, or there was nothing to authorize. */
        DENY,
        /** An authorizer was unable to decide, which denies. */
        UNAVAILABLE
    }

    public DecisionRecord {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(outcome, "outcome");
        answers = List.copyOf(answers);
    }
}
