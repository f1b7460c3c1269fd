package dev.keywarden.app.node;

import dev.keywarden.app.gate.EvidenceVerifier;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.app.gate.SelfIdentity;
import dev.keywarden.app.gate.VerifiedEvidence;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.MeasurementPoint;
import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.PluginHost;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import java.time.InstantSource;
import java.util.List;

/**
 * Tries new plugins before they decide: they must verify this node's own evidence, and answer a question about it.
 *
 * <p>What they answer does not matter, and may be no; that they can't answer does, because then the new plugins would refuse
 * everybody for a reason that has nothing to do with who asks.
 */
record GenerationTrial(boolean attests, SelfIdentity self, EvidenceVerifier verifier, InstantSource clock)
        implements PluginGenerations.Check {
    /** What evidence is verified under that decides nothing. */
    private static final long NO_GENERATION = 0;

    @Override
    public List<String> problems(PluginHost candidate) {
        AuthorizationQuestion question;
        try {
            question = attests ? aboutThisNode(candidate) : aboutNobody();
        } catch (GateRefusal | AttestationRejected | PluginException e) {
            return List.of("the new plugins do not verify this node's own evidence: " + e.getMessage());
        }
        ChainDecision decision = candidate.chain().consider(question, clock.instant());
        return decision.verdict() == ChainDecision.Verdict.UNAVAILABLE
                ? List.of("the new chain can't decide: " + decision.reason())
                : List.of();
    }

    private AuthorizationQuestion aboutThisNode(PluginHost candidate) {
        VerifiedEvidence own =
                verifier.verify(self.cached().evidence().envelope(), candidate.attestation(), NO_GENERATION);
        BootInfo bootInfo = own.machine().bootInfo("", MeasurementPoint.RUNTIME);
        return new AuthorizationQuestion(
                Gate.RPC,
                "GetTempCaCert",
                Subject.SELF,
                bootInfo,
                own.verifier(),
                own.machine().attestation().claims(),
                "trial");
    }

    /** A node that does not attest itself has only a machine to ask about that nobody has. */
    private static AuthorizationQuestion aboutNobody() {
        Bytes nothing = Bytes.of(new byte[BootInfo.HASH_BYTES]);
        Bytes noApp = Bytes.of(new byte[BootInfo.APP_ID_BYTES]);
        BootInfo nobody = new BootInfo(
                "none", nothing, nothing, nothing, noApp, nothing, Bytes.EMPTY, nothing, Bytes.EMPTY, "", List.of());
        return new AuthorizationQuestion(Gate.RPC, "GetAppKey", Subject.APP, nobody, "none", List.of(), "trial");
    }
}
