package dev.keywarden.spi;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** Immutable public bytes with value equality. Not for secrets: the content shows in {@link #toString()}. */
public final class Bytes {
    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** A copy of the given bytes. */
    public static Bytes of(byte[] value) {
        return value.length == 0 ? EMPTY : new Bytes(value.clone());
    }

    /**
     * A copy of a range.
     *
     * @throws IndexOutOfBoundsException if the range is not inside the array
     */
    public static Bytes of(byte[] value, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, value.length);
        return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(value, offset, offset + length));
    }

    /**
     * Parses hex of either case without prefix.
     *
     * @throws IllegalArgumentException on an odd number of digits or another character
     */
    public static Bytes fromHex(String hex) {
        return hex.isEmpty() ? EMPTY : new Bytes(HEX.parseHex(hex));
    }

    /** Number of bytes. */
    public int length() {
        return value.length;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return value.length == 0;
    }

    /** The byte at an index, 0 to 255. */
    public int unsignedAt(int index) {
        return Byte.toUnsignedInt(value[index]);
    }

    /** A copy of the content. */
    public byte[] toArray() {
        return value.clone();
    }

    /** A range as a new value. */
    public Bytes slice(int offset, int length) {
        return of(value, offset, length);
    }

    /** Feeds the content to a digest without copying it. */
    public void update(MessageDigest digest) {
        digest.update(value);
    }

    /** Lower-case hex without prefix. */
    public String toHex() {
        return HEX.formatHex(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** The same as {@link #toHex()}. */
    @Override
    public String toString() {
        return toHex();
    }
}
