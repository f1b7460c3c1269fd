package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash functions of the formats. */
final class Digests {
    private Digests() {}

    static MessageDigest sha384() {
        return named("SHA-384");
    }

    static MessageDigest sha256() {
        return named("SHA-256");
    }

    /** SHA-256 over the concatenation of the parts, 32 bytes. */
    static Bytes sha256(Bytes... parts) {
        MessageDigest digest = sha256();
        for (Bytes part : parts) {
            part.update(digest);
        }
        return Bytes.of(digest.digest());
    }

    static MessageDigest named(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
