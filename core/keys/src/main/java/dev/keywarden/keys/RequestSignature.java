package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The signature that proves possession of the key a signing request is about (wire protocol, section 5.6). */
public final class RequestSignature {
    private RequestSignature() {}

    /**
     * Checks an ECDSA signature with SHA-256 by a P-256 key. A high S is accepted, as everywhere in the protocol.
     *
     * @param spki the key, SubjectPublicKeyInfo in DER with an uncompressed point
     * @param signed the bytes of the request
     * @param signature ASN.1 DER
     * @throws KeyException with the protocol's text, if the key does not parse, is of another kind, or did not sign this
     */
    public static void require(Bytes spki, byte[] signed, byte[] signature) {
        SubjectPublicKeyInfo parsed = parse(spki);
        if (!parsed.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw new KeyException("Unsupported algorithm");
        }
        if (!P256Key.isPublicKey(spki) || !verifies(spki, signed, signature)) {
            throw new KeyException("Invalid signature");
        }
    }

    private static SubjectPublicKeyInfo parse(Bytes spki) {
        if (spki.isEmpty()) {
            throw new KeyException("Failed to parse pubkey: it is empty");
        }
        try {
            return SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(spki.toArray()));
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyException("Failed to parse pubkey: it is not a SubjectPublicKeyInfo in DER", e);
        }
    }

    private static boolean verifies(Bytes spki, byte[] signed, byte[] signature) {
        try {
            Signature ecdsa = Signature.getInstance("SHA256withECDSA");
            ecdsa.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki.toArray())));
            ecdsa.update(signed);
            return ecdsa.verify(signature);
        } catch (SignatureException e) {
            return false; // not even the form of a signature
        } catch (GeneralSecurityException e) {
            throw new KeyException("the cryptography provider refuses a P-256 public key", e);
        }
    }
}
