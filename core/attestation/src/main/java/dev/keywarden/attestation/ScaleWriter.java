package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes SCALE (wire protocol, section 5.1), always in canonical form. */
public final class ScaleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** One byte, 0 to 255. */
    public ScaleWriter u8(int value) {
        out.write(value);
        return this;
    }

    /** Four bytes, little-endian. */
    public ScaleWriter u32(long value) {
        return littleEndian(value, 4);
    }

    /** Eight bytes, little-endian. */
    public ScaleWriter u64(long value) {
        return littleEndian(value, 8);
    }

    /** One byte, 0 or 1. */
    public ScaleWriter bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    /** Raw bytes without a length. */
    public ScaleWriter fixed(Bytes value) {
        out.writeBytes(value.toArray());
        return this;
    }

    /** Bytes with a length in front. */
    public ScaleWriter bytes(Bytes value) {
        return compact(value.length()).fixed(value);
    }

    /** Text with its length in bytes in front, UTF-8. */
    public ScaleWriter string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        compact(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    /** A list with its number of elements in front. */
    public <T> ScaleWriter list(List<T> elements, Consumer<T> element) {
        compact(elements.size());
        elements.forEach(element);
        return this;
    }

    /** A value that may be missing. */
    public <T> ScaleWriter option(Optional<T> value, Consumer<T> present) {
        u8(value.isPresent() ? 1 : 0);
        value.ifPresent(present);
        return this;
    }

    /** A compact integer, 0 to 2^32-1. */
    public ScaleWriter compact(long value) {
        if (value < 1L << 6) {
            return littleEndian(value << 2, 1);
        }
        if (value < 1L << 14) {
            return littleEndian(value << 2 | 1, 2);
        }
        if (value < 1L << 30) {
            return littleEndian(value << 2 | 2, 4);
        }
        return u8(3).u32(value);
    }

    /** Everything written so far. */
    public byte[] toArray() {
        return out.toByteArray();
    }

    private ScaleWriter littleEndian(long value, int length) {
        for (int i = 0; i < length; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }
}
