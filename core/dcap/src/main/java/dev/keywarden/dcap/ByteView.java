package dev.keywarden.dcap;

import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An immutable range of public bytes with value equality. Slices share the memory of the whole, so that the fields of a
 * quote cost nothing to name. Integers are unsigned little-endian, as everywhere in quotes and reports.
 */
public final class ByteView {
    private static final int SHOWN_BYTES = 64;

    private final byte[] array;
    private final int offset;
    private final int length;

    private ByteView(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** A copy of the given bytes. */
    public static ByteView copyOf(byte[] bytes) {
        return wrap(bytes.clone());
    }

    /** The given array itself, which nobody may change any more. */
    static ByteView wrap(byte[] bytes) {
        return new ByteView(bytes, 0, bytes.length);
    }

    /** Number of bytes. */
    public int length() {
        return length;
    }

    /** The byte at an index, 0 to 255. */
    public int unsignedAt(int index) {
        return Byte.toUnsignedInt(array[offset + Objects.checkIndex(index, length)]);
    }

    /** Two bytes at an index as an unsigned integer. */
    public int unsignedShortAt(int index) {
        return unsignedAt(index) | unsignedAt(index + 1) << 8;
    }

    /** Four bytes at an index as an unsigned integer. */
    public long unsignedIntAt(int index) {
        return unsignedShortAt(index) | (long) unsignedShortAt(index + 2) << 16;
    }

    /** Eight bytes at an index as the 64 bits they are; meant for masks, not for arithmetic. */
    public long bitsAt(int index) {
        return unsignedIntAt(index) | unsignedIntAt(index + 4) << 32;
    }

    /**
     * A range that shares this memory.
     *
     * @throws IndexOutOfBoundsException if it is not inside
     */
    public ByteView slice(int from, int size) {
        Objects.checkFromIndexSize(from, size, length);
        return new ByteView(array, offset + from, size);
    }

    /** A copy of the content. */
    public byte[] toArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** Copies the content to a place in an array. */
    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, length);
    }

    /** Feeds the content to a digest without copying it. */
    public void update(MessageDigest digest) {
        digest.update(array, offset, length);
    }

    void update(Signature signature) throws SignatureException {
        signature.update(array, offset, length);
    }

    /** Whether every byte is zero; true of no bytes at all. */
    public boolean isZero() {
        for (int i = offset; i < offset + length; i++) {
            if (array[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Compares as big-endian unsigned integers of one width. */
    int compareUnsigned(ByteView that) {
        return Arrays.compareUnsigned(
                array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    /** Lower-case hex without prefix. */
    public String toHex() {
        return HexFormat.of().formatHex(array, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteView that && length == that.length && compareUnsigned(that) == 0;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** Hex of up to 64 bytes; of more only their number. */
    @Override
    public String toString() {
        return length <= SHOWN_BYTES ? toHex() : length + " bytes";
    }
}
