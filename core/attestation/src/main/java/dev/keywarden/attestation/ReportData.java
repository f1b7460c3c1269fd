package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The 64 bytes that evidence is asked to sign, by what they are for (wire protocol, section 7.1): a hash of a tag, a colon
 * and the content, with zeros after it where the hash is shorter.
 *
 * <p>The protocol knows Keccak too, which the JDK has not; nothing here is asked for it.
 */
public final class ReportData {
    private static final String DEFAULT_ALGORITHM = "sha512";
    private static final String RAW = "raw";

    private ReportData() {}

    /** What the content is; keeps evidence made for one purpose from serving another. */
    public enum Purpose {
        /** The SubjectPublicKeyInfo of a certificate's or signing request's key. */
        RATLS_CERT("ratls-cert"),
        /** The SubjectPublicKeyInfo of a KMS's root CA. */
        KMS_ROOT_CA("kms-root-ca"),
        /** Whatever an application wants to have said. */
        APP_DATA("app-data");

        private final String tag;

        Purpose(String tag) {
            this.tag = tag;
        }
    }

    /**
     * Binds evidence to the key of a certificate or signing request.
     *
     * @param spki the key's SubjectPublicKeyInfo in DER
     * @return 64 bytes, by SHA-512
     */
    public static Bytes ratlsCert(Bytes spki) {
        return of(Purpose.RATLS_CERT, spki, DEFAULT_ALGORITHM);
    }

    /** Binds evidence to an application's data: 64 bytes, by SHA-512. */
    public static Bytes appData(Bytes content) {
        return of(Purpose.APP_DATA, content, DEFAULT_ALGORITHM);
    }

    /**
     * Report data by an algorithm of the protocol.
     *
     * @param algorithm {@code sha256}, {@code sha384}, {@code sha512}, {@code sha3-256}, {@code sha3-384}, {@code sha3-512},
     *     or {@code raw}, which takes exactly 64 bytes of content as they are
     * @return 64 bytes
     * @throws EnvelopeException if the algorithm is another, or raw content of another length
     */
    public static Bytes of(Purpose purpose, Bytes content, String algorithm) {
        if (algorithm.equals(RAW)) {
            return raw(content);
        }
        var digest = Digests.named(jdkName(algorithm));
        digest.update((purpose.tag + ':').getBytes(StandardCharsets.US_ASCII));
        content.update(digest);
        return Bytes.of(Arrays.copyOf(digest.digest(), Attestation.REPORT_DATA_BYTES));
    }

    private static Bytes raw(Bytes content) {
        if (content.length() != Attestation.REPORT_DATA_BYTES) {
            throw new EnvelopeException("raw report data must be 64 bytes, not " + content.length());
        }
        return content;
    }

    private static String jdkName(String algorithm) {
        return switch (algorithm) {
            case "sha256" -> "SHA-256";
            case "sha384" -> "SHA-384";
            case DEFAULT_ALGORITHM -> "SHA-512";
            case "sha3-256" -> "SHA3-256";
            case "sha3-384" -> "SHA3-384";
            case "sha3-512" -> "SHA3-512";
            default ->
                throw new EnvelopeException("report data can't be made by " + MessagePackReader.shown(algorithm)
                        + "; use sha256, sha384, sha512, sha3-256, sha3-384, sha3-512 or raw");
        };
    }
}
