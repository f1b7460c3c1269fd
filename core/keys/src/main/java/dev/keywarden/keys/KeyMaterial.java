package dev.keywarden.keys;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;

/**
 * Secret bytes.
 *
 * <p>Has no equality, no hash, no serial form and no text but its length. Closing overwrites the bytes. On the JVM that is
 * best effort: the collector may have moved a copy before, and the libraries that compute with a key keep intermediate
 * values of their own.
 *
 * <p>Safe for use by many threads. Closing waits for readers, and no reader ever sees overwritten bytes: a key derived from
 * zeros would be a key that anyone can derive.
 */
public final class KeyMaterial implements AutoCloseable {
    private final byte[] value;
    private final StampedLock lock = new StampedLock();
    private boolean closed;

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
     * Lets one function read the bytes. The array is this object's own: it must be neither changed nor kept, and the function
     * must not close this object.
     *
     * <p>Callers outside this package are listed, with reasons, in the architecture test.
     *
     * @throws IllegalStateException if the material was closed
     */
    public <T> T expose(Function<byte[], T> reader) {
        long stamp = lock.readLock();
        try {
            if (closed) {
                throw new IllegalStateException("key material was used after it was closed");
            }
            return reader.apply(value);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Number of bytes. */
    public int length() {
        return value.length;
    }

    /** Compares in time that depends on the lengths only. */
    public boolean sameAs(KeyMaterial other) {
        return this == other || expose(mine -> other.expose(theirs -> MessageDigest.isEqual(mine, theirs)));
    }

    /** Whether no two of these are the same. */
    static boolean allDiffer(KeyMaterial... materials) {
        for (int i = 0; i < materials.length; i++) {
            for (int j = 0; j < i; j++) {
                if (materials[i].sameAs(materials[j])) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        long stamp = lock.writeLock();
        try {
            closed = true;
            Arrays.fill(value, (byte) 0);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public String toString() {
        return "KeyMaterial[" + value.length + " bytes, redacted]";
    }
}
