package dev.keywarden.attestation;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The 64 bytes that evidence is asked to sign, by what they are for (wire protocol, section 7.1). */
public final class ReportData {
    private static final String RATLS_CERT = "ratls-cert";

    private ReportData() {}

    /**
     * Binds evidence to the key of a certificate or signing request: SHA-512 of the tag and the key.
     *
     * @param spki the key's SubjectPublicKeyInfo in DER
     * @return 64 bytes
     */
    public static Bytes ratlsCert(Bytes spki) {
        return hash(Digests.sha512(), RATLS_CERT, spki);
    }

    /** SHA-512 of a tag and text, 64 bytes. */
    static Bytes sha512(String tag, String content) {
        return hash(Digests.sha512(), tag, Bytes.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static Bytes hash(MessageDigest digest, String tag, Bytes content) {
        digest.update(tag.getBytes(StandardCharsets.US_ASCII));
        digest.update((byte) ':');
        content.update(digest);
        byte[] padded = new byte[Attestation.REPORT_DATA_BYTES];
        byte[] hash = digest.digest();
        System.arraycopy(hash, 0, padded, 0, hash.length);
        return Bytes.of(padded);
    }
}
