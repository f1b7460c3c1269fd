package dev.keywarden.softtee;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Changes of byte strings by their offsets; every one works on a copy. */
final class Splice {
    private Splice() {}

    /** Other bytes in one place, given as unsigned values. */
    static UnaryOperator<byte[]> put(int offset, int... values) {
        return bytes -> {
            byte[] changed = bytes.clone();
            for (int i = 0; i < values.length; i++) {
                changed[offset + i] = (byte) values[i];
            }
            return changed;
        };
    }

    static UnaryOperator<byte[]> put(int offset, byte[] values) {
        return bytes -> {
            byte[] changed = bytes.clone();
            System.arraycopy(values, 0, changed, offset, values.length);
            return changed;
        };
    }

    /** Bits turned in one byte. */
    static UnaryOperator<byte[]> flip(int offset, int bits) {
        return bytes -> {
            byte[] changed = bytes.clone();
            changed[offset] ^= (byte) bits;
            return changed;
        };
    }

    /** One bit turned in a number of little-endian bytes at an offset. */
    static UnaryOperator<byte[]> flipBit(int offset, int bit) {
        return flip(offset + bit / 8, 1 << bit % 8);
    }

    /** Another little-endian number of four bytes. */
    static UnaryOperator<byte[]> number(int offset, long value) {
        return put(offset, (int) value, (int) (value >> 8), (int) (value >> 16), (int) (value >> 24));
    }

    /** Adds to a little-endian number of four bytes. */
    static UnaryOperator<byte[]> add(int offset, int summand) {
        return bytes -> {
            long value = 0;
            for (int i = 3; i >= 0; i--) {
                value = value << 8 | Byte.toUnsignedInt(bytes[offset + i]);
            }
            return number(offset, value + summand).apply(bytes);
        };
    }

    /** Zeros up to a length, or a cut down to it. */
    static UnaryOperator<byte[]> length(int length) {
        return bytes -> Arrays.copyOf(bytes, length);
    }

    /** More bytes at the end. */
    static UnaryOperator<byte[]> append(byte[] tail) {
        return bytes -> {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + tail.length);
            System.arraycopy(tail, 0, longer, bytes.length, tail.length);
            return longer;
        };
    }

    /** A number big-endian in 32 bytes. */
    static byte[] fixedWidth(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int skip = Math.max(0, bytes.length - 32);
        System.arraycopy(bytes, skip, fixed, 32 - (bytes.length - skip), bytes.length - skip);
        return fixed;
    }
}
