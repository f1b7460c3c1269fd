package dev.keywarden.dcap;

import dev.keywarden.dcap.ChainProfile.Role;
import java.security.PublicKey;
import java.time.Instant;

/** A signer of collateral directly under the root, found right in every respect but time, which every use looks at. */
record VerifiedIssuer(Certificate certificate, Certificate root, PublicKey key, PublicKey rootKey, Role role) {
    /** From when on both certificates are valid. */
    Instant validFrom() {
        return root.notBefore().isAfter(certificate.notBefore()) ? root.notBefore() : certificate.notBefore();
    }

    /** Until when both certificates are valid, that second included. */
    Instant validUntil() {
        return root.notAfter().isBefore(certificate.notAfter()) ? root.notAfter() : certificate.notAfter();
    }

    void requireValidAt(Instant now) {
        ChainVerifier.requireValidAt(root, Role.ROOT, now);
        ChainVerifier.requireValidAt(certificate, role, now);
    }
}
