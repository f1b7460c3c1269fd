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
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Reads MessagePack of a known structure from untrusted bytes.
 *
 * <p>Declared lengths are compared with the number of bytes there are before anything is allocated; every element takes at
 * least one byte. Whatever goes wrong is an {@link EnvelopeException} that begins with the reader's context.
 */
final class MessagePackReader {
    /** The formats' own maps have at most seven entries; the rest is room for fields to come. */
    private static final int MAX_MAP_ENTRIES = 64;

    private final MessageUnpacker in;
    private final int total;
    private final String context;

    /** @param context how every error message begins, for example {@code failed to decode app info} */
    MessagePackReader(byte[] bytes, String context) {
        this.in = MessagePack.newDefaultUnpacker(bytes);
        this.total = bytes.length;
        this.context = context;
    }

    /** Something that can fail as reading does. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (MessageInsufficientBufferException e) {
            throw new EnvelopeException(context + ": it ends too early", e);
        } catch (IOException | MessagePackException e) {
            throw new EnvelopeException(context + ": " + e.getMessage(), e);
        }
    }

    int remaining() {
        return (int) (total - in.getTotalReadBytes());
    }

    /** Reads a map; the consumer reads the value of each key, or skips it. A repeated key is an error. */
    void map(Consumer<String> entry) {
        int size = checked(read(in::unpackMapHeader));
        if (size > MAX_MAP_ENTRIES) {
            throw malformed("a map of " + size + " fields");
        }
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

    /** @param most the greatest number of elements that makes sense: in memory they take far more than their bytes */
    <T> List<T> list(int most, Supplier<T> element) {
        int size = arraySize();
        if (size > most) {
            throw malformed("a list of " + size + " elements, of which at most " + most + " are read");
        }
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
        return new EnvelopeException(context + ": " + what);
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
