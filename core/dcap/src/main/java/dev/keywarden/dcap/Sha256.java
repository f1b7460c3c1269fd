package dev.keywarden.dcap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over views. */
final class Sha256 {
    private Sha256() {}

    /** The hash of the parts one after the other. */
    static ByteView of(ByteView... parts) {
        MessageDigest digest = digest();
        for (ByteView part : parts) {
            part.update(digest);
        }
        return ByteView.wrap(digest.digest());
    }

    /** A hash that no other list of parts and no other label can have: each part comes after its length. */
    static ByteView labelled(String label, ByteView... parts) {
        MessageDigest digest = digest();
        byte[] name = label.getBytes(StandardCharsets.US_ASCII);
        digest.update(lengthOf(name.length));
        digest.update(name);
        for (ByteView part : parts) {
            digest.update(lengthOf(part.length()));
            part.update(digest);
        }
        return ByteView.wrap(digest.digest());
    }

    private static byte[] lengthOf(int length) {
        return ByteBuffer.allocate(4).putInt(length).array();
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
