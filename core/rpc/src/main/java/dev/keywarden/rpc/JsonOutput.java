package dev.keywarden.rpc;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes compact JSON text.
 *
 * <p>Not a library's generator for one reason: what is written here may be released keys, and those work in buffers that
 * are pooled and stay behind. This one has a single buffer, overwrites it whenever it leaves it, and writes hex straight
 * from the bytes.
 */
final class JsonOutput {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer;
    private int length;

    JsonOutput(int expectedSize) {
        buffer = new byte[expectedSize];
    }

    /** What was written; the buffer is overwritten. Call once. */
    byte[] finish() {
        byte[] result = Arrays.copyOf(buffer, length);
        Arrays.fill(buffer, 0, length, (byte) 0);
        return result;
    }

    JsonOutput raw(char ascii) {
        reserve(1);
        buffer[length++] = (byte) ascii;
        return this;
    }

    JsonOutput raw(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, buffer, length, text.length);
        length += text.length;
        return this;
    }

    JsonOutput raw(String ascii) {
        return raw(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    JsonOutput hex(ByteString bytes) {
        int size = bytes.size();
        reserve(2 * size + 2);
        byte[] out = buffer;
        int at = length;
        out[at++] = '"';
        for (int i = 0; i < size; i++) {
            int value = bytes.byteAt(i);
            out[at++] = HEX[value >> 4 & 0xf];
            out[at++] = HEX[value & 0xf];
        }
        out[at++] = '"';
        length = at;
        return this;
    }

    /** A quoted string: quotes, backslashes and control characters escaped, everything else as it is. */
    JsonOutput string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        reserve(6 * utf8.length + 2);
        byte[] out = buffer;
        int at = length;
        out[at++] = '"';
        for (byte value : utf8) {
            if ((value >= 0 && value < ' ') || value == '"' || value == '\\') {
                at = escape(value, out, at);
            } else {
                out[at++] = value;
            }
        }
        out[at++] = '"';
        length = at;
        Arrays.fill(utf8, (byte) 0);
        return this;
    }

    private static int escape(byte value, byte[] out, int start) {
        int at = start;
        out[at++] = '\\';
        int letter =
                switch (value) {
                    case '"', '\\' -> value;
                    case '\n' -> 'n';
                    case '\r' -> 'r';
                    case '\t' -> 't';
                    case '\b' -> 'b';
                    case '\f' -> 'f';
                    default -> 'u';
                };
        out[at++] = (byte) letter;
        if (letter == 'u') {
            out[at++] = '0';
            out[at++] = '0';
            out[at++] = HEX[value >> 4];
            out[at++] = HEX[value & 0xf];
        }
        return at;
    }

    private void reserve(int more) {
        if (buffer.length - length < more) {
            byte[] old = buffer;
            buffer = Arrays.copyOf(old, Math.max(length + more, 2 * old.length));
            Arrays.fill(old, 0, length, (byte) 0);
        }
    }
}
