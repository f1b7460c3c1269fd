package dev.keywarden.dcap;

import dev.keywarden.dcap.DerReader.MalformedDerException;
import java.util.List;

/** A self-issued certificate that someone chose to trust, read strictly but not yet put to any use. */
public final class RootCertificate {
    private final Certificate certificate;

    private RootCertificate(Certificate certificate) {
        this.certificate = certificate;
    }

    /**
     * Reads a root from PEM text with exactly one certificate in it.
     *
     * @param pem the text in ASCII, at most 16 KiB
     * @throws DcapException with {@link DcapCode#CERT_CHAIN_MALFORMED}, {@link DcapCode#CERT_CHAIN_LENGTH_INVALID}, {@link
     *     DcapCode#CERT_PROFILE_INVALID} if it is no authority with a P-256 key, or {@link
     *     DcapCode#CERT_SIGNATURE_INVALID} if it is not issued by itself
     */
    public static RootCertificate ofPem(byte[] pem) {
        List<ByteView> certificates = PemChain.decode(ByteView.copyOf(pem), DcapObject.ROOT);
        if (certificates.size() != 1) {
            throw new DcapException(
                    DcapCode.CERT_CHAIN_LENGTH_INVALID,
                    DcapObject.ROOT,
                    certificates.size() + " certificates where exactly one root must stand");
        }
        try {
            Certificate root = Certificate.parse(certificates.getFirst());
            ChainVerifier.requireSelfIssued(root, SoftwareProfile.INSTANCE);
            return new RootCertificate(root);
        } catch (MalformedDerException e) {
            throw new DcapException(DcapCode.CERT_CHAIN_MALFORMED, DcapObject.ROOT, e.getMessage());
        }
    }

    Certificate certificate() {
        return certificate;
    }

    /** The certificate in DER. */
    public ByteView encoded() {
        return certificate.encoded();
    }

    /** The DER SubjectPublicKeyInfo of its key. */
    public ByteView publicKeyInfo() {
        return certificate.publicKeyInfo();
    }
}
