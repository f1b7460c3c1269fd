package dev.keywarden.dcap;

import java.time.Instant;
import java.util.Optional;

/**
 * A quote whose signatures were verified up to a trusted root; only {@link QuoteVerifier} makes one, so having it is the
 * proof. It says nothing yet about revocation, TCB levels or the TD's configuration.
 */
public final class AuthenticQuote {
    private final Quote quote;
    private final VerifiedChain chain;
    private final String trustAnchor;

    AuthenticQuote(Quote quote, VerifiedChain chain, String trustAnchor) {
        this.quote = quote;
        this.chain = chain;
        this.trustAnchor = trustAnchor;
    }

    /** The quote, whose signed parts are now known to be genuine. */
    public Quote quote() {
        return quote;
    }

    /** What the PCK certificate says about the platform. */
    public SgxExtension platform() {
        return chain.platform();
    }

    /** Which of Intel's authorities issued the PCK certificate; may be empty under software roots. */
    public Optional<PckCa> issuer() {
        return chain.issuer();
    }

    /** The {@link TrustAnchor#label} under which it was verified. */
    public String trustAnchor() {
        return trustAnchor;
    }

    /** From when on all certificates of the chain are valid. */
    public Instant validFrom() {
        return chain.validFrom();
    }

    /** Until when all certificates of the chain are valid, that second included. */
    public Instant validUntil() {
        return chain.validUntil();
    }

    /** SHA-256 of the PCK certificate. */
    public ByteView pckLeafDigest() {
        return chain.leafDigest();
    }

    /** SHA-256 of the DER SubjectPublicKeyInfo of the root. */
    public ByteView rootKeyDigest() {
        return Sha256.of(chain.root().publicKeyInfo());
    }
}
