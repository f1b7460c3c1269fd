package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads SCALE (wire protocol, section 5.1) from untrusted bytes.
 *
 * <p>Every length is compared with what is left before anything is allocated, and only canonical forms are accepted.
 */
public final class ScaleReader {
    private final byte[] input;
    private int position;

    /** @param input not copied; must not change while it is read */
    public ScaleReader(byte[] input) {
        this.input = input;
    }

    /** Bytes not read yet. */
    public int remaining() {
        return input.length - position;
    }

    /** One byte, 0 to 255. */
    public int u8() {
        require(1);
        return Byte.toUnsignedInt(input[position++]);
    }

    /** Four bytes, little-endian, 0 to 2^32-1. */
    public long u32() {
        return littleEndian(4);
    }

    /** Eight bytes, little-endian; negative stands for what exceeds 2^63-1. */
    public long u64() {
        return littleEndian(8);
    }

    /** One byte, 0 or 1. */
    public boolean bool() {
        int value = u8();
        if (value > 1) {
            throw new EnvelopeException("invalid boolean " + value + " at byte " + (position - 1));
        }
        return value == 1;
    }

    /** Raw bytes without a length. */
    public Bytes fixed(int length) {
        require(length);
        Bytes value = Bytes.of(input, position, length);
        position += length;
        return value;
    }

    /** Bytes with a length in front. */
    public Bytes bytes() {
        return fixed(compactLength());
    }

    /** Text with a length in bytes in front, strict UTF-8. */
    public String string() {
        int length = compactLength();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(input, position, length))
                    .toString();
            position += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new EnvelopeException("invalid UTF-8 in the text at byte " + position, e);
        }
    }

    /**
     * A list with its number of elements in front.
     *
     * @param smallest the fewest bytes an element can take, at least 1; with what is left it bounds the number before
     *     anything is allocated
     * @param most the greatest number of elements that makes sense: in memory an element takes far more than its bytes
     */
    public <T> List<T> list(int smallest, int most, Supplier<T> element) {
        long count = compact();
        if (count > remaining() / smallest) {
            throw new EnvelopeException(count + " elements can't fit the " + remaining() + " bytes left");
        }
        if (count > most) {
            throw new EnvelopeException(count + " elements, of which at most " + most + " are read");
        }
        List<T> elements = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            elements.add(element.get());
        }
        return elements;
    }

    /** A value that may be missing. */
    public <T> Optional<T> option(Supplier<T> value) {
        int tag = u8();
        if (tag > 1) {
            throw new EnvelopeException("invalid option tag " + tag + " at byte " + (position - 1));
        }
        return tag == 0 ? Optional.empty() : Optional.of(value.get());
    }

    /** A compact integer, 0 to 2^32-1, in its shortest form only. */
    public long compact() {
        int first = u8();
        return switch (first & 3) {
            case 0 -> first >> 2;
            case 1 -> atLeast(1L << 6, (first | (littleEndian(1) << 8)) >> 2);
            case 2 -> atLeast(1L << 14, (first | (littleEndian(3) << 8)) >> 2);
            default -> {
                if (first != 3) {
                    throw new EnvelopeException("a length of more than 32 bits at byte " + (position - 1));
                }
                yield atLeast(1L << 30, u32());
            }
        };
    }

    private static long atLeast(long least, long value) {
        if (value < least) {
            throw new EnvelopeException("the length " + value + " is not in its shortest form");
        }
        return value;
    }

    private int compactLength() {
        long length = compact();
        if (length > remaining()) {
            throw new EnvelopeException("a length of " + length + " exceeds the " + remaining() + " bytes left");
        }
        return (int) length;
    }

    private long littleEndian(int length) {
        require(length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (long) Byte.toUnsignedInt(input[position++]) << (8 * i);
        }
        return value;
    }

    private void require(int length) {
        if (length > remaining()) {
            throw new EnvelopeException(
                    "Not enough data: " + length + " bytes wanted at byte " + position + ", " + remaining() + " left");
        }
    }
}
