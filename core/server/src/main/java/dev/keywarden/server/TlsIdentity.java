package dev.keywarden.server;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * What a TLS listener shows of itself.
 *
 * @param chain leaf first; usually the leaf alone
 * @param key the leaf's private key
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    /**
     * Checks that key and leaf belong together.
     *
     * @throws IllegalArgumentException if they don't, or if there is no leaf
     */
    public TlsIdentity {
        chain = List.copyOf(chain);
        Objects.requireNonNull(key, "key");
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("A TLS listener needs a certificate; the chain is empty");
        }
        requirePair(chain.get(0), key);
    }

    private static void requirePair(X509Certificate leaf, PrivateKey key) {
        byte[] probe = leaf.getSerialNumber().toByteArray();
        boolean pair;
        try {
            String algorithm = signatureAlgorithm(key.getAlgorithm());
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(leaf.getPublicKey());
            verifier.update(probe);
            pair = verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(mismatch(leaf) + " (" + e.getMessage() + ')', e);
        }
        if (!pair) {
            throw new IllegalArgumentException(mismatch(leaf));
        }
    }

    private static String signatureAlgorithm(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> keyAlgorithm;
        };
    }

    private static String mismatch(X509Certificate leaf) {
        return "The TLS private key does not belong to the certificate %s; give the pair that was issued together"
                .formatted(leaf.getSubjectX500Principal());
    }

    /** Names the leaf and nothing of the key. */
    @Override
    public String toString() {
        return "TlsIdentity[" + chain.get(0).getSubjectX500Principal() + ']';
    }
}
