package dev.keywarden.keys;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * PEM as the reference writes it (wire protocol, section 7.7): 64 columns, LF, one object a text.
 *
 * <p>Works on bytes that can be wiped, because one of the two types is private keys.
 */
final class Pem {
    static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String CERTIFICATE = "CERTIFICATE";

    private static final int COLUMNS = 64;
    private static final Base64.Encoder ENCODER = Base64.getMimeEncoder(COLUMNS, new byte[] {'\n'});

    private Pem() {}

    /** Encodes; the result is the caller's to wipe. */
    static byte[] encode(String type, byte[] der) {
        byte[] begin = ascii("-----BEGIN " + type + "-----\n");
        byte[] end = ascii("\n-----END " + type + "-----\n");
        byte[] base64 = ENCODER.encode(der);
        byte[] pem = Arrays.copyOf(begin, begin.length + base64.length + end.length);
        System.arraycopy(base64, 0, pem, begin.length, base64.length);
        System.arraycopy(end, 0, pem, begin.length + base64.length, end.length);
        Arrays.fill(base64, (byte) 0);
        return pem;
    }

    /**
     * Decodes one object of one type; white space around and between lines is allowed, anything else is not.
     *
     * @return DER, the caller's to wipe
     * @throws KeyException if the text is anything else; the message quotes nothing of it
     */
    static byte[] decode(byte[] pem, String type) {
        byte[] begin = ascii("-----BEGIN " + type + "-----");
        byte[] end = ascii("-----END " + type + "-----");
        int from = 0;
        int to = pem.length;
        while (from < to && isSpace(pem[from])) {
            from++;
        }
        while (to > from && isSpace(pem[to - 1])) {
            to--;
        }
        boolean framed = to - from >= begin.length + end.length
                && Arrays.equals(pem, from, from + begin.length, begin, 0, begin.length)
                && Arrays.equals(pem, to - end.length, to, end, 0, end.length);
        if (!framed) {
            throw new KeyException("not one PEM object of type " + type);
        }
        byte[] base64 = withoutSpaces(pem, from + begin.length, to - end.length);
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message quotes a character.
            throw new KeyException("the PEM object of type " + type + " is not base64");
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    private static byte[] withoutSpaces(byte[] text, int from, int to) {
        byte[] kept = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (!isSpace(text[i])) {
                kept[length++] = text[i];
            }
        }
        byte[] exact = Arrays.copyOf(kept, length);
        Arrays.fill(kept, (byte) 0);
        return exact;
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
