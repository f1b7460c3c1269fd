package dev.keywarden.dcap;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Roots of software TEEs, known by their public keys. What verifies under them was made by a program that holds a key in
 * a file, and proves nothing about any hardware.
 */
public final class SoftwareRoots extends TrustAnchor {
    private final Set<ByteView> publicKeyInfos;
    private final ByteView fingerprint;

    private SoftwareRoots(Set<ByteView> publicKeyInfos) {
        this.publicKeyInfos = publicKeyInfos;
        List<String> sorted =
                publicKeyInfos.stream().map(ByteView::toHex).sorted().toList();
        byte[] all = String.join(",", sorted).getBytes(StandardCharsets.US_ASCII);
        this.fingerprint = Sha256.labelled("software-roots", ByteView.wrap(all));
    }

    /**
     * Trusts the roots with these keys.
     *
     * @param publicKeyInfos DER SubjectPublicKeyInfo of keys on P-256, at least one
     * @throws IllegalArgumentException if there is none, or one is not such a key
     */
    public static SoftwareRoots of(Collection<ByteView> publicKeyInfos) {
        if (publicKeyInfos.isEmpty()) {
            throw new IllegalArgumentException("no root is given, so nothing could ever verify");
        }
        for (ByteView info : publicKeyInfos) {
            if (P256.pointOf(info).isEmpty()) {
                throw new IllegalArgumentException("a root key must be a SubjectPublicKeyInfo of a point on P-256");
            }
        }
        return new SoftwareRoots(Set.copyOf(publicKeyInfos));
    }

    @Override
    public String label() {
        return "software";
    }

    @Override
    ChainProfile profile() {
        return SoftwareProfile.INSTANCE;
    }

    @Override
    Certificate admit(Certificate presented, DcapObject blamed) {
        if (!publicKeyInfos.contains(presented.publicKeyInfo())) {
            throw notTrusted(blamed, "the key of the chain's root is not that of a trusted software root");
        }
        ChainVerifier.requireSelfIssued(presented, SoftwareProfile.INSTANCE);
        return presented;
    }

    @Override
    ByteView fingerprint() {
        return fingerprint;
    }
}
