package dev.keywarden.keys;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Secret bytes.
 *
 * <p>Has no equality, no hash, no serial form and no text but its length. Closing overwrites the bytes; on the JVM that is
 * best effort, because the collector may have moved a copy before.
 */
public final class KeyMaterial implements AutoCloseable {
    private final byte[] value;
    private volatile boolean closed;

    private KeyMaterial(byte[] value) {
        this.value = value;
    }

    /**
     * Takes over an array, which must not be used by anyone else afterwards.
     *
     * @param value the secret; overwritten when this object is closed
     */
    static KeyMaterial owning(byte[] value) {
        return new KeyMaterial(value);
    }

    /**
     * Copies a secret that stays the caller's to wipe.
     *
     * @param value the secret
     */
    public static KeyMaterial copyOf(byte[] value) {
        return new KeyMaterial(value.clone());
    }

    /**
     * Lets one function read the bytes. The array is this object's own: it must be neither changed nor kept.
     *
     * <p>Callers outside this package are listed, with reasons, in the architecture test.
     *
     * @throws IllegalStateException if the material was closed
     */
    public <T> T expose(Function<byte[], T> reader) {
        if (closed) {
            throw new IllegalStateException("key material was used after it was closed");
        }
        return reader.apply(value);
    }

    /** Number of bytes. */
    public int length() {
        return value.length;
    }

    /** Compares in constant time. */
    public boolean sameAs(KeyMaterial other) {
        return expose(mine -> other.expose(theirs -> MessageDigest.isEqual(mine, theirs)));
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(value, (byte) 0);
    }

    @Override
    public String toString() {
        return "KeyMaterial[" + value.length + " bytes, redacted]";
    }
}
