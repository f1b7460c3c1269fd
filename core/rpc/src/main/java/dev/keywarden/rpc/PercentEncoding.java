package dev.keywarden.rpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-decoding of URLs, as browsers do it: what does not look like an encoded byte stands for itself. */
public final class PercentEncoding {
    private PercentEncoding() {}

    /** The bytes of {@code text} in UTF-8, each {@code %xx} replaced by the byte it means. */
    public static byte[] decode(String text) {
        byte[] source = text.getBytes(StandardCharsets.UTF_8);
        if (text.indexOf('%') < 0) {
            return source;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(source.length);
        for (int i = 0; i < source.length; i++) {
            int high = source[i] == '%' && i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(source[i + 2], 16);
            bytes.write(low < 0 ? source[i] : high << 4 | low);
            i += low < 0 ? 0 : 2;
        }
        return bytes.toByteArray();
    }
}
