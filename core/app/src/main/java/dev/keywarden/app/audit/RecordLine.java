package dev.keywarden.app.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How records are tied to each other: what every line begins with, and the digest by which the next line names it.
 *
 * <p>The digest is that of a leaf in a Merkle tree after RFC 6962, section 2.1 (SHA-256 over a zero byte and the line without
 * its end), so that a tree over the same records can be added without touching them.
 *
 * @param log id of the log, 16 hex digits, which no other log has
 * @param sequence number of the record, from 0, without gaps
 * @param previous digest of the record before, 64 hex digits; of the first, that of the log's id
 */
record RecordLine(String log, long sequence, String previous) {
    /** Version of the format; readers refuse what they do not know. */
    static final int VERSION = 2;

    static final int LOG_DIGITS = 16;
    static final int DIGEST_DIGITS = 64;
    private static final HexFormat HEX = HexFormat.of();
    private static final String BEGINNING = "{\"v\":" + VERSION + ",\"log\":\"";
    private static final String SEQUENCE = "\",\"seq\":";
    private static final String PREVIOUS = ",\"prev\":\"";
    private static final String END = "\",";
    private static final int MAX_SEQUENCE_DIGITS = 18;

    /**
     * The whole line, without its end.
     *
     * @param body the rest of a JSON object, from its first field to its brace
     */
    byte[] with(byte[] body) {
        byte[] beginning = (BEGINNING + log + SEQUENCE + sequence + PREVIOUS + previous + END)
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] line = new byte[beginning.length + body.length];
        System.arraycopy(beginning, 0, line, 0, beginning.length);
        System.arraycopy(body, 0, line, beginning.length, body.length);
        return line;
    }

    /** Reads the beginning of a line, or returns {@code null} if it is no record of this version. */
    static @Nullable RecordLine parse(byte[] bytes, int from, int to) {
        int at = after(BEGINNING, bytes, from, to);
        int afterLog = after(SEQUENCE, bytes, at + LOG_DIGITS, to);
        if (at < 0 || afterLog < 0) {
            return null;
        }
        int end = afterLog;
        long sequence = 0;
        while (end < to && bytes[end] >= '0' && bytes[end] <= '9' && end - afterLog < MAX_SEQUENCE_DIGITS) {
            sequence = 10 * sequence + bytes[end++] - '0';
        }
        int previous = after(PREVIOUS, bytes, end, to);
        if (end == afterLog || previous < 0 || after(END, bytes, previous + DIGEST_DIGITS, to) < 0) {
            return null;
        }
        return bytes[to - 1] != '}'
                ? null
                : new RecordLine(text(bytes, at, LOG_DIGITS), sequence, text(bytes, previous, DIGEST_DIGITS));
    }

    /** Where a text that should stand somewhere ends, or -1 if it does not stand there. */
    private static int after(String text, byte[] bytes, int from, int to) {
        if (from < 0 || from + text.length() > to) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from + i] != text.charAt(i)) {
                return -1;
            }
        }
        return from + text.length();
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    /** The digest of a line, given without its end. */
    static String digest(byte[] bytes, int from, int to) {
        return digest(sha256(), bytes, from, to);
    }

    /** The same with a SHA-256 at hand, for whoever makes millions. */
    static String digest(MessageDigest digest, byte[] bytes, int from, int to) {
        digest.update((byte) 0);
        digest.update(bytes, from, to - from);
        return HEX.formatHex(digest.digest());
    }

    /** What the first record of a log names as the one before it. */
    static String genesis(String log) {
        byte[] id = log.getBytes(StandardCharsets.ISO_8859_1);
        return digest(id, 0, id.length);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
