package dev.keywarden.app.audit;

import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.spi.Attestation;
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
 * @param time when the question was put: the time that authorizers were told
 * @param requestId shared by all records of one request
 * @param question what the gate asked
 * @param outcome what came out
 * @param reason the sentence that goes with it; empty for most allows
 * @param remote the caller's network address, untrusted, or {@code null} for the node's own acts
 * @param proof what the question rests on, or {@code null} if it never came to that
 * @param answers each authorizer's answer in chain order
 * @param gatewayAppId the gateway that an allow names, or {@code null}
 * @param deciders who decided
 */
public record DecisionRecord(
        Instant time,
        String requestId,
        Question question,
        Outcome outcome,
        String reason,
        @Nullable String remote,
        @Nullable Proof proof,
        List<AuthorizerAnswer> answers,
        @Nullable String gatewayAppId,
        Deciders deciders)
        implements AuditRecord {

    /** What came out of a gate. */
    public enum Outcome {
        /** The subject may pass. */
        ALLOW,
        /** An authorizer said no, or there was nothing to authorize. */
        DENY,
        /** An authorizer was unable to decide, which denies. */
        UNAVAILABLE
    }

    /**
     * What a gate asked.
     *
     * @param gate which gate
     * @param method the RPC behind it, without prefix
     * @param subject whom it is about
     */
    public record Question(Gate gate, String method, Subject subject) {}

    /**
     * What verified evidence came to.
     *
     * @param verifier the attestation backend that verified it
     * @param evidenceSha256 digest of the evidence as received
     * @param vmConfigSha256 digest of the VM configuration that came with the request in place of the evidence's own, or
     *     {@code null}
     * @param point up to which moment the event log counted
     * @param bootInfo who booted what where
     * @param claims what else the backend found, each with what binds it
     */
    public record Proof(
            String verifier,
            Bytes evidenceSha256,
            @Nullable Bytes vmConfigSha256,
            MeasurementPoint point,
            BootInfo bootInfo,
            List<Attestation.Claim> claims) {
        public Proof {
            claims = List.copyOf(claims);
        }
    }

    /**
     * Who decided.
     *
     * @param chain names of the authorizers, in order, whether they were asked or not
     * @param combine the rule that made one decision of their answers
     * @param generation number of the plugin generation, counted from the start of the process
     * @param pluginSet digest of the set of plugins
     */
    public record Deciders(List<String> chain, String combine, long generation, String pluginSet) {
        public Deciders {
            chain = List.copyOf(chain);
        }
    }

    public DecisionRecord {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(outcome, "outcome");
        answers = List.copyOf(answers);
    }
}
