package dev.keywarden.dcap;

import dev.keywarden.dcap.ChainProfile.Role;
import dev.keywarden.dcap.DerReader.MalformedDerException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Verifies chains: steps B, D and E of the TDX fact sheet, section 2.2, in its order. Path building is not needed (a chain
 * has its certificates in one order), and the platform's path validator knows nothing of the roles.
 */
final class ChainVerifier {
    private ChainVerifier() {}

    /**
     * Verifies a PCK chain.
     *
     * @param pem leaf, CA, root
     * @param cache remembers that a CA was issued by the root, which it is for all platforms alike
     * @throws DcapException at the first fault
     */
    static VerifiedChain verify(ByteView pem, TrustAnchor anchor, VerificationCache cache, Instant now) {
        List<Certificate> chain = parse(pem, DcapObject.QUOTE, List.of(Role.PCK_LEAF, Role.PCK_CA, Role.ROOT));
        Certificate leaf = chain.get(0);
        Certificate authority = chain.get(1);
        ChainProfile profile = anchor.profile();

        Certificate root = anchor.admit(chain.get(2), DcapObject.ROOT);
        requireValidAt(root, Role.ROOT, now);
        ByteView authorityKey =
                Sha256.labelled("keywarden-dcap-pck-ca-v1", anchor.fingerprint(), root.encoded(), authority.encoded());
        cache.part(Boolean.class, authorityKey, () -> {
            requireIssued(authority, Role.PCK_CA, root, profile);
            return Boolean.TRUE;
        });
        requireValidAt(authority, Role.PCK_CA, now);
        requireIssued(leaf, Role.PCK_LEAF, authority, profile);
        requireValidAt(leaf, Role.PCK_LEAF, now);

        profile.requireLeafName(leaf);
        Optional<PckCa> issuer = profile.requireAuthorityName(authority, Role.PCK_CA);
        SgxExtension platform = profile.extension(leaf, issuer);
        return new VerifiedChain(leaf, authority, root, keyOf(leaf, Role.PCK_LEAF), platform, issuer);
    }

    /** The one certificate, or the first of several, that a PEM text begins with. */
    static ByteView firstCertificate(ByteView pem) {
        List<ByteView> encoded = PemChain.decode(pem, DcapObject.PCK_LEAF);
        if (encoded.isEmpty()) {
            throw new DcapException(
                    DcapCode.CERT_CHAIN_LENGTH_INVALID, DcapObject.PCK_LEAF, "there is no certificate at all");
        }
        return encoded.getFirst();
    }

    /** Checks that a root is signed with its own key and fits the profile of a root. */
    static void requireSelfIssued(Certificate root, ChainProfile profile) {
        requireIssued(root, Role.ROOT, root, profile);
    }

    static void requireValidAt(Certificate certificate, Role role, Instant now) {
        if (now.isBefore(certificate.notBefore())) {
            throw new DcapException(
                    DcapCode.CERT_NOT_YET_VALID,
                    role.object(),
                    "the certificate is valid from %s on, and it is %s".formatted(certificate.notBefore(), now));
        }
        if (now.isAfter(certificate.notAfter())) {
            throw new DcapException(
                    DcapCode.CERT_EXPIRED,
                    role.object(),
                    "the certificate was valid until %s, and it is %s".formatted(certificate.notAfter(), now));
        }
    }

    /**
     * Verifies a chain of an issuer and the root: one place where all three kinds of signers of collateral are judged
     * (steps D and E). Whether it is valid now is left to every use.
     *
     * @param role of the issuer
     * @throws DcapException at the first fault; blames the role for all of them
     */
    static VerifiedIssuer verifyIssuer(ByteView pem, Role role, TrustAnchor anchor) {
        List<Certificate> chain = parse(pem, role.object(), List.of(role, role));
        Certificate issuer = chain.get(0);
        ChainProfile profile = anchor.profile();

        Certificate root = anchor.admit(chain.get(1), role.object());
        requireIssued(issuer, role, root, profile);
        if (role.authority()) {
            profile.requireAuthorityName(issuer, role);
        } else {
            profile.requireSignerName(issuer, role);
        }
        return new VerifiedIssuer(issuer, root, keyOf(issuer, role), keyOf(root, role), role);
    }

    private static List<Certificate> parse(ByteView pem, DcapObject blamed, List<Role> roles) {
        List<ByteView> encoded = PemChain.decode(pem, blamed);
        if (encoded.size() != roles.size()) {
            throw new DcapException(
                    DcapCode.CERT_CHAIN_LENGTH_INVALID,
                    blamed,
                    "%d certificates where %d must stand: %s"
                            .formatted(
                                    encoded.size(),
                                    roles.size(),
                                    roles.size() == 3 ? "leaf, CA, root" : "issuer, root"));
        }
        List<Certificate> chain = new ArrayList<>(roles.size());
        for (Role role : roles) {
            try {
                chain.add(Certificate.parse(encoded.get(chain.size())));
            } catch (MalformedDerException e) {
                throw new DcapException(
                        DcapCode.CERT_CHAIN_MALFORMED, role.object(), "not a certificate in DER: " + e.getMessage());
            }
        }
        return chain;
    }

    private static void requireIssued(Certificate certificate, Role role, Certificate parent, ChainProfile profile) {
        if (!certificate.issuer().equals(parent.subject())) {
            throw new DcapException(
                    DcapCode.CERT_SIGNATURE_INVALID,
                    role.object(),
                    "the issuer's name is not the subject of the next certificate");
        }
        profile.requireAlgorithm(certificate, role);
        PublicKey key = keyOf(parent, role);
        if (!P256.verifyDer(key, certificate.signedPart(), certificate.signature())) {
            throw new DcapException(
                    DcapCode.CERT_SIGNATURE_INVALID, role.object(), "the issuer's key does not verify the signature");
        }
        profile.require(certificate, role, parent);
    }

    /** The key of a certificate; blames {@code role}, which is the one in need of it. */
    private static PublicKey keyOf(Certificate certificate, Role role) {
        return P256.pointOf(certificate.publicKeyInfo())
                .map(P256::publicKey)
                .orElseThrow(() -> ChainProfile.invalid(role, "needs an issuer with a key on the named curve P-256"));
    }
}
