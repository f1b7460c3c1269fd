package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Reads MessagePack of a known structure from untrusted bytes.
 *
 * <p>Declared lengths are compared with the number of bytes there are before anything is allocated; every element takes at
 * least one byte.
 */
final class MessagePackReader {
    private final MessageUnpacker in;
    private final int total;

    MessagePackReader(byte[] bytes) {
        this.in = MessagePack.newDefaultUnpacker(bytes);
        this.total = bytes.length;
    }

    /** Something that can fail as reading does. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException | MessagePackException e) {
            throw new EnvelopeException("failed to decode attestation from msgpack: " + e.getMessage(), e);
        }
    }

    int remaining() {
        return (int) (total - in.getTotalReadBytes());
    }

    /** Reads a map; the consumer reads the value of each key, or skips it. A repeated key is an error. */
    void map(Consumer<String> entry) {
        int size = checked(read(in::unpackMapHeader));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < size; i++) {
            String key = string();
            if (!seen.add(key)) {
                throw malformed("duplicate field `" + shown(key) + "`");
            }
            entry.accept(key);
        }
    }

    boolean nextIsMap() {
        return read(() -> in.hasNext() && in.getNextFormat().getValueType() == ValueType.MAP);
    }

    boolean skipNil() {
        return read(() -> in.hasNext() && in.tryUnpackNil());
    }

    void skip() {
        read(() -> {
            in.skipValue();
            return true;
        });
    }

    int arraySize() {
        return checked(read(in::unpackArrayHeader));
    }

    <T> List<T> list(Supplier<T> element) {
        int size = arraySize();
        List<T> elements = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            elements.add(element.get());
        }
        return elements;
    }

    long unsigned() {
        long value = read(in::unpackLong);
        if (value < 0) {
            throw malformed("negative number " + value);
        }
        return value;
    }

    /** Strict UTF-8; the library would put replacement characters. */
    String string() {
        int length = checked(read(in::unpackRawStringHeader));
        byte[] utf8 = read(() -> in.readPayload(length));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("invalid UTF-8");
        }
    }

    /** Either of the two forms of bytes: binary, or an array of integers from 0 to 255. */
    Bytes bytes() {
        return read(() -> {
            if (in.getNextFormat().getValueType() == ValueType.BINARY) {
                return Bytes.of(in.readPayload(checked(in.unpackBinaryHeader())));
            }
            byte[] value = new byte[checked(in.unpackArrayHeader())];
            for (int i = 0; i < value.length; i++) {
                int element = in.unpackInt();
                if (element < 0 || element > 255) {
                    throw malformed("number " + element + " where a byte was expected");
                }
                value[i] = (byte) element;
            }
            return Bytes.of(value);
        });
    }

    EnvelopeException malformed(String what) {
        return new EnvelopeException("failed to decode attestation from msgpack: " + what);
    }

    private int checked(int size) {
        if (size < 0 || size > remaining()) {
            throw malformed("length " + size + " exceeds the " + remaining() + " bytes left");
        }
        return size;
    }

    /** Names from outside are cut before they go into a message. */
    static String shown(String name) {
        return name.length() <= 32 ? name : name.substring(0, 32) + "...";
    }
}
