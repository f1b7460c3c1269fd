package dev.keywarden.app.gate;

import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.app.audit.DecisionRecord.Outcome;
import dev.keywarden.app.audit.DecisionRecord.Question;
import dev.keywarden.app.audit.EvidenceStore;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.AuthorizationChain;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts on record what a gate asked and what came out, with everything it takes to repeat it. */
final class GateRecords {
    private GateRecords() {}

    /**
     * What a question rests on.
     *
     * @param evidence verified
     * @param vmConfig the request's, or empty for the one in the evidence
     * @param point up to which moment the evidence's event log counts
     * @param bootInfo made of these
     */
    record Basis(VerifiedEvidence evidence, String vmConfig, MeasurementPoint point, BootInfo bootInfo) {}

    /**
     * @param time when the question was put
     * @param note what else is worth knowing of how the decision came about; may be empty
     */
    static void decided(
            DecisionTrail trail, Instant time, Question question, Basis basis, ChainDecision decision, String note) {
        String separator = note.isEmpty() || decision.reason().isEmpty() ? "" : "; ";
        String reason = decision.reason() + separator + note;
        trail.add(record(trail, time, question, outcome(decision), reason, proof(trail, basis), decision));
    }

    /** What the gate itself settled, without the chain. */
    static void undecided(DecisionTrail trail, Instant time, Question question, Outcome outcome, String reason) {
        trail.add(record(trail, time, question, outcome, reason, null, null));
    }

    private static Outcome outcome(ChainDecision decision) {
        return switch (decision.verdict()) {
            case ALLOW -> Outcome.ALLOW;
            case DENY -> Outcome.DENY;
            case UNAVAILABLE -> Outcome.UNAVAILABLE;
        };
    }

    private static DecisionRecord.Proof proof(DecisionTrail trail, Basis basis) {
        VerifiedEvidence evidence = basis.evidence();
        trail.keep(evidence.sha256(), () -> EnvelopeCodec.toEvidence(evidence.envelope())
                .envelope());
        Bytes vmConfigSha256 = null;
        if (!basis.vmConfig().isEmpty()) {
            Bytes vmConfig = Bytes.of(basis.vmConfig().getBytes(StandardCharsets.UTF_8));
            vmConfigSha256 = EvidenceStore.digest(vmConfig);
            trail.keep(vmConfigSha256, () -> vmConfig);
        }
        return new DecisionRecord.Proof(
                evidence.verifier(),
                evidence.sha256(),
                vmConfigSha256,
                basis.point(),
                basis.bootInfo(),
                evidence.machine().attestation().claims());
    }

    private static DecisionRecord record(
            DecisionTrail trail,
            Instant time,
            Question question,
            Outcome outcome,
            String reason,
            DecisionRecord.@Nullable Proof proof,
            @Nullable ChainDecision decision) {
        AuthorizationChain chain = trail.plugins().host().chain();
        return new DecisionRecord(
                time,
                trail.requestId(),
                question,
                outcome,
                reason,
                trail.remote(),
                proof,
                decision == null ? List.of() : decision.answers(),
                decision == null ? null : decision.gatewayAppId(),
                new DecisionRecord.Deciders(
                        chain.authorizers(),
                        chain.combine().toString(),
                        trail.plugins().generation(),
                        trail.plugins().host().pluginSetDigest()));
    }
}
