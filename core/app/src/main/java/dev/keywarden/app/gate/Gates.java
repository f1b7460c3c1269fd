package dev.keywarden.app.gate;

import dev.keywarden.app.audit.DecisionRecord.Outcome;
import dev.keywarden.app.audit.DecisionRecord.Question;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The gates of the design (section 4) over the chain that each request began under.
 *
 * <p>A refusal is durable in the log before it is thrown. An allow is put on the request's trail, and the caller commits
 * the trail before anything leaves.
 */
public final class Gates {
    private final GatePolicy policy;
    private final SelfIdentity self;
    private final EvidenceVerifier verifier;
    private final InstantSource clock;

    /**
     * Which gates ask, from the configuration.
     *
     * @param selfChecks whether the chain is asked about this node at all
     * @param peers what a KMS at the other end must show
     * @param verifyImages whether OS images must be verified, which this version can only refuse
     */
    public record GatePolicy(boolean selfChecks, Peers peers, boolean verifyImages) {}

    /** What another KMS must show before root keys go either way. */
    public enum Peers {
        /** Evidence, and the chain's consent. */
        ATTESTED,
        /** Nothing when it is a source; as a caller it gets nothing. */
        UNATTESTED_SOURCE,
        /** Nothing, either way: root keys go to anyone. */
        UNATTESTED
    }

    /**
     * A caller that may pass.
     *
     * @param bootInfo what its keys are derived from
     * @param gatewayAppId the gateway it may trust, empty if no authorizer named one
     */
    public record Admission(BootInfo bootInfo, String gatewayAppId) {}

    public Gates(GatePolicy policy, SelfIdentity self, EvidenceVerifier verifier, InstantSource clock) {
        this.policy = policy;
        this.self = self;
        this.verifier = verifier;
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
        ChainDecision decision = ask(new Question(Gate.BOOTSTRAP, method, Subject.SELF), basis(own), "", trail);
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
        ChainDecision decision = ask(new Question(Gate.RPC, method, Subject.SELF), basis(own), "", trail);
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
        VerifiedEvidence evidence =
                caller.evidence().orElseThrow(() -> refuseCaller(method, subject, "No attestation provided", trail));
        return requireCaller(method, subject, evidence, vmConfig, MeasurementPoint.RUNTIME, trail);
    }

    /**
     * As {@link #requireCaller(String, Subject, Caller, String, DecisionTrail)}, with evidence from elsewhere than the
     * connection.
     *
     * @param point up to which moment the evidence's event log counts
     */
    public Admission requireCaller(
            String method,
            Subject subject,
            VerifiedEvidence shown,
            String vmConfig,
            MeasurementPoint point,
            DecisionTrail trail) {
        VerifiedEvidence evidence;
        BootInfo bootInfo;
        try {
            evidence = verifier.under(trail.plugins(), shown);
            bootInfo = evidence.machine().bootInfo(vmConfig, point);
        } catch (AttestationRejected | PluginException e) {
            throw refuseCaller(method, subject, String.valueOf(e.getMessage()), trail);
        }
        ChainDecision decision = ask(
                new Question(Gate.RPC, method, subject),
                new GateRecords.Basis(evidence, vmConfig, point, bootInfo),
                "",
                trail);
        switch (decision.verdict()) {
            case ALLOW -> requireImage(trail);
            case DENY -> throw committed(trail, "Boot denied: " + decision.reason());
            case UNAVAILABLE -> throw committed(trail, decision.reason());
        }
        String gateway = decision.gatewayAppId();
        return new Admission(bootInfo, gateway == null ? "" : gateway);
    }

    /**
     * Refuses a caller whose evidence does not hold, about which the chain is therefore not asked.
     *
     * @return the refusal to throw, durable in the log
     */
    public GateRefusal refuseCaller(String method, Subject subject, String text, DecisionTrail trail) {
        return refuse(trail, Gate.RPC, method, subject, new GateRefusal(text));
    }

    /**
     * Before root keys leave: may this KMS have them?
     *
     * @param vmConfig the request's, or empty for the one in the evidence
     * @throws GateRefusal without outer context
     */
    public void requirePeer(String method, Caller caller, String vmConfig, DecisionTrail trail) {
        switch (policy.peers()) {
            case ATTESTED -> requireCaller(method, Subject.PEER_KMS, caller, vmConfig, trail);
            case UNATTESTED_SOURCE ->
                throw refuse(
                        trail,
                        Gate.RPC,
                        method,
                        Subject.PEER_KMS,
                        new GateRefusal("with core.onboard.quote_enabled = false this KMS would hand its root keys to"
                                + " anyone, so it hands them to nobody. Attest with quote_enabled = true, or set"
                                + " core.onboard.insecure_allow_unattested_handover = true"));
            case UNATTESTED ->
                GateRecords.undecided(
                        trail,
                        clock.instant(),
                        new Question(Gate.RPC, method, Subject.PEER_KMS),
                        Outcome.ALLOW,
                        "not attested: core.onboard.quote_enabled = false, insecure_allow_unattested_handover = true");
        }
    }

    /** Whether a source KMS must be attested before its keys are accepted. */
    public boolean attestsSources() {
        return policy.peers() == Peers.ATTESTED;
    }

    /**
     * Before keys from a source KMS are asked for: may it be the source of this node's keys?
     *
     * @param source its verified evidence
     * @throws GateRefusal without outer context
     */
    public void requireSource(String method, VerifiedEvidence source, DecisionTrail trail) {
        BootInfo bootInfo;
        try {
            bootInfo = sourceBootInfo(source);
        } catch (AttestationRejected e) {
            throw refuse(trail, Gate.ONBOARD, method, Subject.PEER_KMS, new GateRefusal(e.getMessage(), e));
        } catch (GateRefusal e) {
            throw refuse(trail, Gate.ONBOARD, method, Subject.PEER_KMS, e);
        }
        String note = source.machine().namesOsImage()
                ? ""
                : "the source's evidence has no OS image hash, so this node's own was taken";
        ChainDecision decision = ask(
                new Question(Gate.ONBOARD, method, Subject.PEER_KMS),
                new GateRecords.Basis(source, "", MeasurementPoint.RUNTIME, bootInfo),
                note,
                trail);
        switch (decision.verdict()) {
            case ALLOW -> {}
            case DENY -> throw committed(trail, "Boot denied: " + decision.reason());
            case UNAVAILABLE -> throw committed(trail, "Failed to call KMS auth check: " + decision.reason());
        }
    }

    /** Puts on record that a source was refused before the chain could be asked, and returns the refusal. */
    public GateRefusal sourceNotAttested(String method, GateRefusal refusal, DecisionTrail trail) {
        return refuse(trail, Gate.ONBOARD, method, Subject.PEER_KMS, refusal);
    }

    /** Evidence in the oldest certificate format has no configuration, so that its image hash is not known (section 3.4). */
    private BootInfo sourceBootInfo(VerifiedEvidence source) {
        return source.machine().namesOsImage()
                ? source.machine().bootInfo("", MeasurementPoint.RUNTIME)
                : source.machine().bootInfoWithImage(self.fresh().bootInfo().osImageHash());
    }

    private void requireImage(DecisionTrail trail) {
        if (policy.verifyImages()) {
            throw committed(
                    trail,
                    "Failed to verify os image hash: Failed to verify os image hash: this KMS can't verify OS images;"
                            + " its operator must set core.image.verify = false to trust the hash a guest claims");
        }
    }

    private static GateRecords.Basis basis(SelfIdentity.Own own) {
        return new GateRecords.Basis(own.evidence(), "", MeasurementPoint.RUNTIME, own.bootInfo());
    }

    private ChainDecision ask(Question question, GateRecords.Basis basis, String note, DecisionTrail trail) {
        Instant time = clock.instant();
        ChainDecision decision = trail.plugins()
                .host()
                .chain()
                .decide(
                        new AuthorizationQuestion(
                                question.gate(),
                                question.method(),
                                question.subject(),
                                basis.bootInfo(),
                                basis.evidence().verifier(),
                                basis.evidence().machine().attestation().claims(),
                                trail.requestId()),
                        time);
        GateRecords.decided(trail, time, question, basis, decision, note);
        return decision;
    }

    /** A refusal that the chain was never asked about is recorded all the same. */
    private GateRefusal refuse(DecisionTrail trail, Gate gate, String method, Subject subject, GateRefusal refusal) {
        GateRecords.undecided(
                trail, clock.instant(), new Question(gate, method, subject), Outcome.DENY, refusal.text());
        trail.commit();
        return refusal;
    }

    private static GateRefusal committed(DecisionTrail trail, String text) {
        trail.commit();
        return new GateRefusal(text);
    }
}
