package dev.keywarden.app.gate;

import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.app.audit.DecisionRecord.Outcome;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.AuthorizationChain;
import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gates of the design (section 4) over one chain.
 *
 * <p>A refusal is durable in the log before it is thrown. An allow is put on the request's trail, and the caller commits
 * the trail before anything leaves.
 */
public final class Gates {
    private final GatePolicy policy;
    private final SelfIdentity self;
    private final AuthorizationChain chain;
    private final String pluginSet;
    private final InstantSource clock;

    /**
     * Which gates ask, from the configuration.
     *
     * @param selfChecks whether the chain is asked about this node at all
     * @param verifyImages whether OS images must be verified, which this version can only refuse
     */
    public record GatePolicy(boolean selfChecks, boolean verifyImages) {}

    /**
     * A caller that may pass.
     *
     * @param bootInfo what its keys are derived from
     * @param gatewayAppId the gateway it may trust, empty if no authorizer named one
     */
    public record Admission(BootInfo bootInfo, String gatewayAppId) {}

    public Gates(
            GatePolicy policy, SelfIdentity self, AuthorizationChain chain, String pluginSet, InstantSource clock) {
        this.policy = policy;
        this.self = self;
        this.chain = chain;
        this.pluginSet = pluginSet;
        this.clock = clock;
    }

    /**
     * Before root keys are made: is this node allowed? Evidence and boot info are made anew.
     *
     * @throws GateRefusal without outer context
     */
    public void requireBootstrap(String method, DecisionTrail trail) {
        if (!policy.selfChecks()) {
            return;
        }
        SelfIdentity.Own own;
        try {
            own = self.fresh();
        } catch (GateRefusal e) {
            throw refuse(trail, Gate.BOOTSTRAP, method, Subject.SELF, e.within("Failed to build local KMS boot info"));
        }
        ChainDecision decision = ask(Gate.BOOTSTRAP, method, Subject.SELF, own.evidence(), own.bootInfo(), trail);
        switch (decision.verdict()) {
            case ALLOW -> {}
            case DENY -> throw committed(trail, "Boot denied: " + decision.reason());
            case UNAVAILABLE -> throw committed(trail, "Failed to call KMS auth check: " + decision.reason());
        }
    }

    /**
     * On every trusted RPC: is this node still allowed? Boot info is that of the process, the decision is fresh.
     *
     * @throws GateRefusal with the context of the protocol
     */
    public void requireSelf(String method, DecisionTrail trail) {
        if (!policy.selfChecks()) {
            return;
        }
        SelfIdentity.Own own;
        try {
            own = self.cached();
        } catch (GateRefusal e) {
            GateRefusal refusal =
                    e.within("Failed to load cached self boot info").within("KMS self authorization failed");
            throw refuse(trail, Gate.RPC, method, Subject.SELF, refusal);
        }
        ChainDecision decision = ask(Gate.RPC, method, Subject.SELF, own.evidence(), own.bootInfo(), trail);
        String context = "KMS self authorization failed: ";
        switch (decision.verdict()) {
            case ALLOW -> {}
            case DENY -> throw committed(trail, context + "KMS is not allowed: " + decision.reason());
            case UNAVAILABLE ->
                throw committed(trail, context + "Failed to call self KMS auth check: " + decision.reason());
        }
    }

    /**
     * On an RPC that releases something to its caller: may this caller have it?
     *
     * @param vmConfig the request's, or empty for the one in the evidence
     * @throws GateRefusal without outer context
     */
    public Admission requireCaller(
            String method, Subject subject, Caller caller, String vmConfig, DecisionTrail trail) {
        if (caller.evidence().isEmpty()) {
            throw refuse(trail, Gate.RPC, method, subject, new GateRefusal("No attestation provided"));
        }
        VerifiedEvidence evidence = caller.evidence().get();
        BootInfo bootInfo;
        try {
            bootInfo = evidence.machine().bootInfo(vmConfig, MeasurementPoint.RUNTIME);
        } catch (AttestationRejected e) {
            throw refuse(trail, Gate.RPC, method, subject, new GateRefusal(e.getMessage(), e));
        }
        ChainDecision decision = ask(Gate.RPC, method, subject, evidence, bootInfo, trail);
        switch (decision.verdict()) {
            case ALLOW -> requireImage(trail);
            case DENY -> throw committed(trail, "Boot denied: " + decision.reason());
            case UNAVAILABLE -> throw committed(trail, decision.reason());
        }
        String gateway = decision.gatewayAppId();
        return new Admission(bootInfo, gateway == null ? "" : gateway);
    }

    private void requireImage(DecisionTrail trail) {
        if (policy.verifyImages()) {
            throw committed(
                    trail,
                    "Failed to verify os image hash: Failed to verify os image hash: this KMS can't verify OS images;"
                            + " its operator must set core.image.verify = false to trust the hash a guest claims");
        }
    }

    private ChainDecision ask(
            Gate gate,
            String method,
            Subject subject,
            VerifiedEvidence evidence,
            BootInfo bootInfo,
            DecisionTrail trail) {
        ChainDecision decision = chain.decide(
                new AuthorizationQuestion(gate, method, subject, bootInfo, evidence.verifier(), trail.requestId()));
        Outcome outcome =
                switch (decision.verdict()) {
                    case ALLOW -> Outcome.ALLOW;
                    case DENY -> Outcome.DENY;
                    case UNAVAILABLE -> Outcome.UNAVAILABLE;
                };
        trail.add(record(trail, gate, method, subject, outcome, decision.reason(), evidence, bootInfo, decision));
        return decision;
    }

    /** A refusal that the chain was never asked about is recorded all the same. */
    private GateRefusal refuse(DecisionTrail trail, Gate gate, String method, Subject subject, GateRefusal refusal) {
        trail.add(record(trail, gate, method, subject, Outcome.DENY, refusal.text(), null, null, null));
        trail.commit();
        return refusal;
    }

    private static GateRefusal committed(DecisionTrail trail, String text) {
        trail.commit();
        return new GateRefusal(text);
    }

    private DecisionRecord record(
            DecisionTrail trail,
            Gate gate,
            String method,
            Subject subject,
            Outcome outcome,
            String reason,
            @Nullable VerifiedEvidence evidence,
            @Nullable BootInfo bootInfo,
            @Nullable ChainDecision decision) {
        return new DecisionRecord(
                clock.instant(),
                trail.requestId(),
                gate,
                method,
                subject,
                outcome,
                reason,
                trail.remote(),
                evidence == null ? null : evidence.verifier(),
                evidence == null ? null : evidence.sha256(),
                bootInfo,
                decision == null ? List.of() : decision.answers(),
                pluginSet);
    }
}
