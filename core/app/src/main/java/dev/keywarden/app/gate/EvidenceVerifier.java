package dev.keywarden.app.gate;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.ReportData;
import dev.keywarden.attestation.VerifiedMachine;
import dev.keywarden.host.AttestationBackends;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.VerifiedBy;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The one way from evidence to a verified machine, for callers, peers and this node alike. */
public final class EvidenceVerifier {
    private final Supplier<PluginGenerations.Lease> moment;
    private final InstantSource clock;

    /** @param moment takes up the plugins of the moment */
    public EvidenceVerifier(Supplier<PluginGenerations.Lease> moment, InstantSource clock) {
        this.moment = moment;
        this.clock = clock;
    }

    /**
     * Verifies evidence that came with a public key, and that it was made for this key (wire protocol, section 7.2).
     *
     * @param spki SubjectPublicKeyInfo in DER
     * @throws AttestationRejected if the evidence was made for something else; otherwise as {@link #verify}
     */
    public VerifiedEvidence verifyFor(Bytes spki, AttestationEnvelope envelope) {
        if (!envelope.reportData().equals(ReportData.ratlsCert(spki))) {
            throw new AttestationRejected("report data mismatch");
        }
        return verify(envelope);
    }

    /**
     * Verifies an envelope with the accepted backends of the moment and replays its event log.
     *
     * @throws dev.keywarden.spi.PluginException if no backend accepts the evidence
     * @throws AttestationRejected if log or report data differ from what was attested
     */
    public VerifiedEvidence verify(AttestationEnvelope envelope) {
        try (PluginGenerations.Lease plugins = moment.get()) {
            return verify(envelope, plugins.host().attestation(), plugins.generation());
        }
    }

    /**
     * What evidence comes to under the plugins of a request. Those that verified it when the connection was made may have
     * been replaced since.
     *
     * @throws dev.keywarden.spi.PluginException as {@link #verify(AttestationEnvelope)}
     * @throws AttestationRejected as {@link #verify(AttestationEnvelope)}
     */
    VerifiedEvidence under(PluginGenerations.Lease plugins, VerifiedEvidence evidence) {
        return evidence.generation() == plugins.generation()
                ? evidence
                : verify(evidence.envelope(), plugins.host().attestation(), plugins.generation());
    }

    /** Whether evidence was verified by the plugins of the moment. */
    boolean isCurrent(VerifiedEvidence evidence) {
        try (PluginGenerations.Lease plugins = moment.get()) {
            return evidence.generation() == plugins.generation();
        }
    }

    /**
     * Verifies with given backends.
     *
     * @param generation the number they have
     * @throws dev.keywarden.spi.PluginException as {@link #verify(AttestationEnvelope)}
     * @throws AttestationRejected as {@link #verify(AttestationEnvelope)}
     */
    public VerifiedEvidence verify(AttestationEnvelope envelope, AttestationBackends backends, long generation) {
        Evidence evidence = EnvelopeCodec.toEvidence(envelope);
        VerifiedBy verified = backends.verify(evidence, clock.instant());
        VerifiedMachine machine = VerifiedMachine.of(envelope, verified.attestation(), verified.backend());
        return new VerifiedEvidence(
                envelope,
                machine,
                verified.backend(),
                sha256(evidence.envelope()),
                verified.attestation().validUntil(),
                generation);
    }

    private static Bytes sha256(Bytes value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            value.update(digest);
            return Bytes.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
