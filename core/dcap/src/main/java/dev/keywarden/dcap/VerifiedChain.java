package dev.keywarden.dcap;

import dev.keywarden.dcap.ChainProfile.Role;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;

/** A PCK chain whose signatures, profiles and names were found right. Its window must be looked at on every use. */
record VerifiedChain(
        Certificate leaf,
        Certificate authority,
        Certificate root,
        PublicKey leafKey,
        SgxExtension platform,
        Optional<PckCa> issuer,
        ByteView leafDigest) {

    VerifiedChain(
            Certificate leaf,
            Certificate authority,
            Certificate root,
            PublicKey leafKey,
            SgxExtension platform,
            Optional<PckCa> issuer) {
        this(leaf, authority, root, leafKey, platform, issuer, Sha256.of(leaf.encoded()));
    }

    void requireValidAt(Instant now) {
        ChainVerifier.requireValidAt(root, Role.ROOT, now);
        ChainVerifier.requireValidAt(authority, Role.PCK_CA, now);
        ChainVerifier.requireValidAt(leaf, Role.PCK_LEAF, now);
    }

    Instant validFrom() {
        return max(root.notBefore(), max(authority.notBefore(), leaf.notBefore()));
    }

    Instant validUntil() {
        return min(root.notAfter(), min(authority.notAfter(), leaf.notAfter()));
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
