package dev.keywarden.plugin.rego.bundle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A public key that may vouch for bundles.
 *
 * @param algorithm what it signs with
 * @param key for that algorithm
 * @param scope that its signatures must name, possibly empty
 */
public record VerificationKey(Algorithm algorithm, PublicKey key, String scope) {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final int MIN_RSA_BITS = 2048;

    /** Order of P-256 (FIPS 186-5, SP 800-186). */
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    /** The algorithms of RFC 7518 and RFC 8037 that are accepted. */
    public enum Algorithm {
        /** ECDSA with P-256 and SHA-256; signatures are the two numbers, 32 bytes each. */
        ES256("EC", "SHA256withECDSAinP1363Format", "ES256"),
        /** RSA with PKCS #1 v1.5 and SHA-256. */
        RS256("RSA", "SHA256withRSA", "RS256"),
        /** Ed25519. */
        EDDSA("Ed25519", "Ed25519", "EdDSA");

        private final String keyType;
        private final String jca;
        private final String jose;

        Algorithm(String keyType, String jca, String jose) {
            this.keyType = keyType;
            this.jca = jca;
            this.jose = jose;
        }

        /** As headers of signatures spell it. */
        public String jose() {
            return jose;
        }
    }

    /**
     * Reads a key from a PEM file with a public key or a certificate.
     *
     * @throws IllegalArgumentException if there is none, or one of another kind
     */
    public static VerificationKey load(Algorithm algorithm, Path file, String scope) {
        try {
            Matcher pem = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (!pem.find()) {
                throw new IllegalArgumentException(file
                        + " holds no PUBLIC KEY and no CERTIFICATE in PEM; openssl pkey -pubin makes one of others");
            }
            byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
            PublicKey key = pem.group(1).equals("CERTIFICATE")
                    ? CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey()
                    : KeyFactory.getInstance(algorithm.keyType).generatePublic(new X509EncodedKeySpec(der));
            checkStrength(algorithm, key, file);
            return new VerificationKey(algorithm, key, scope);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " holds no key for " + algorithm.jose, e);
        }
    }

    private static void checkStrength(Algorithm algorithm, PublicKey key, Path file) {
        boolean good =
                switch (algorithm) {
                    case ES256 ->
                        key instanceof ECPublicKey ec
                                && ec.getParams().getOrder().equals(P256_ORDER);
                    case RS256 ->
                        key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS;
                    case EDDSA ->
                        key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519");
                };
        if (!good) {
            throw new IllegalArgumentException(file + " holds no key for " + algorithm.jose
                    + (algorithm == Algorithm.RS256 ? " of at least " + MIN_RSA_BITS + " bits" : ""));
        }
    }

    /** Whether a signature is this key's over these bytes. */
    boolean verifies(byte[] signed, byte[] signature) {
        try {
            Signature check = Signature.getInstance(algorithm.jca);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
