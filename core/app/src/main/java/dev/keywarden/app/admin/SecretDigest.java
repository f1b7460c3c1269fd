package dev.keywarden.app.admin;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What is kept of a shared secret: its SHA-256, compared in constant time, so that an answer's time tells nothing. */
final class SecretDigest {
    private final byte[] digest;

    private SecretDigest(byte[] digest) {
        this.digest = digest;
    }

    /** Of the secret itself, in UTF-8. */
    static SecretDigest of(String secret) {
        return new SecretDigest(sha256(secret));
    }

    /** @param hex 64 hex digits */
    static SecretDigest fromHex(String hex) {
        return new SecretDigest(Bytes.fromHex(hex).toArray());
    }

    boolean matches(String given) {
        return MessageDigest.isEqual(digest, sha256(given));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
