package dev.keywarden.app.gate;

import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.app.audit.DecisionRecord.Outcome;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts on record what a gate asked and what came out. */
final class GateRecords {
    private final InstantSource clock;

    GateRecords(InstantSource clock) {
        this.clock = clock;
    }

    /** What a gate asked. */
    record Question(Gate gate, String method, Subject subject) {}

    /** @param note what else is worth knowing of how the decision came about; may be empty */
    void decided(
            DecisionTrail trail,
            Question question,
            VerifiedEvidence evidence,
            BootInfo bootInfo,
            ChainDecision decision,
            String note) {
        String separator = note.isEmpty() || decision.reason().isEmpty() ? "" : "; ";
        String reason = decision.reason() + separator + note;
        trail.add(record(trail, question, outcome(decision), reason, evidence, bootInfo, decision));
    }

    /** What the gate itself settled, without the chain. */
    void undecided(DecisionTrail trail, Question question, Outcome outcome, String reason) {
        trail.add(record(trail, question, outcome, reason, null, null, null));
    }

    private static Outcome outcome(ChainDecision decision) {
        return switch (decision.verdict()) {
            case ALLOW -> Outcome.ALLOW;
            case DENY -> Outcome.DENY;
            case UNAVAILABLE -> Outcome.UNAVAILABLE;
        };
    }

    private DecisionRecord record(
            DecisionTrail trail,
            Question question,
            Outcome outcome,
            String reason,
            @Nullable VerifiedEvidence evidence,
            @Nullable BootInfo bootInfo,
            @Nullable ChainDecision decision) {
        return new DecisionRecord(
                clock.instant(),
                trail.requestId(),
                question.gate(),
                question.method(),
                question.subject(),
                outcome,
                reason,
                trail.remote(),
                evidence == null ? null : evidence.verifier(),
                evidence == null ? null : evidence.sha256(),
                bootInfo,
                decision == null ? List.of() : decision.answers(),
                trail.plugins().generation(),
                trail.plugins().host().pluginSetDigest());
    }
}
