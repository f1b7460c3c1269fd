package dev.keywarden.host;

import dev.keywarden.spi.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Ed25519 (RFC 8032) with raw public keys, which fit into a line of a configuration. */
public final class Ed25519 {
    /** Length of a raw public key in bytes. */
    public static final int PUBLIC_KEY_BYTES = 32;

    /** Length of a signature in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    private static final String NAME = "Ed25519";

    /** What stands before the raw key in a SubjectPublicKeyInfo (RFC 8410, section 4). */
    private static final Bytes PREFIX = Bytes.fromHex("302a300506032b6570032100");

    private Ed25519() {}

    /**
     * The raw form of a public key.
     *
     * @throws IllegalArgumentException if it is of another kind
     */
    public static Bytes raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        Bytes all = Bytes.of(encoded == null ? new byte[0] : encoded);
        if (all.length() != PREFIX.length() + PUBLIC_KEY_BYTES || !all.toHex().startsWith(PREFIX.toHex())) {
            throw new IllegalArgumentException("not an Ed25519 key, but " + key.getAlgorithm());
        }
        return Bytes.fromHex(all.toHex().substring(PREFIX.toHex().length()));
    }

    /** How messages, signatures and revocations call a key: SHA-256 of its raw form, 64 lower-case hex digits. */
    public static String id(Bytes raw) {
        return ArchiveReader.sha256(raw.toArray());
    }

    /**
     * Signs.
     *
     * @return 64 bytes
     * @throws IllegalArgumentException if the key is of another kind
     */
    static Bytes sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(NAME);
            signature.initSign(key);
            signature.update(message);
            return Bytes.of(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key can't sign with Ed25519: " + e.getMessage(), e);
        }
    }

    /** Whether a signature is the key's over the message; whatever is malformed is not. */
    static boolean verifies(Bytes rawKey, byte[] message, Bytes signature) {
        try {
            byte[] encoded = HexFormat.of().parseHex(PREFIX.toHex() + rawKey.toHex());
            Signature check = Signature.getInstance(NAME);
            check.initVerify(KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded)));
            check.update(message);
            return check.verify(signature.toArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
