package dev.keywarden.app.gate;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.AttestationRejected;
import dev.keywarden.attestation.CertificateClaims;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The evidence that a certificate carries, of a caller or of a server alike (wire protocol, sections 7.2 and 7.5).
 *
 * <p>Whoever issued the certificate does not matter; only its evidence counts, and only if the evidence's report data binds
 * the certificate's key.
 */
public final class CertificateEvidence {
    private final EvidenceVerifier verifier;

    public CertificateEvidence(EvidenceVerifier verifier) {
        this.verifier = verifier;
    }

    /**
     * Verifies what a certificate carries.
     *
     * @return empty if it carries no evidence
     * @throws GateRefusal if it carries some that does not parse, does not verify, or is about another key
     */
    public Optional<VerifiedEvidence> of(X509Certificate certificate) {
        Optional<AttestationEnvelope> envelope = claims(certificate).attestation();
        if (envelope.isEmpty()) {
            return Optional.empty();
        }
        Bytes spki = Bytes.of(certificate.getPublicKey().getEncoded());
        try {
            return Optional.of(verifier.verifyFor(spki, envelope.get()));
        } catch (AttestationRejected | PluginException e) {
            throw new GateRefusal("invalid quote: " + e.getMessage(), e);
        }
    }

    /** Whether what {@link #of} returned is what the plugins of the moment said. */
    boolean isCurrent(VerifiedEvidence evidence) {
        return verifier.isCurrent(evidence);
    }

    private static CertificateClaims claims(X509Certificate certificate) {
        try {
            return RaTlsExtensions.read(certificate);
        } catch (EnvelopeException e) {
            throw new GateRefusal(String.valueOf(e.getMessage()), e);
        }
    }
}
