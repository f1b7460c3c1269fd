package dev.keywarden.rpc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Reads URL-encoded pairs (wire-protocol.md, sections 1.2 and 1.6): {@code +} is a space, {@code %xx} a byte.
 */
final class QueryString {
    private static final Set<String> TRUE = Set.of("", "1", "true");

    private QueryString() {}

    /** Takes the pairs in order, still encoded. */
    @FunctionalInterface
    interface PairReader {
        void pair(String key, String value);
    }

    static void forEachPair(String query, PairReader reader) {
        int start = 0;
        while (start < query.length()) {
            int ampersand = query.indexOf('&', start);
            int end = ampersand < 0 ? query.length() : ampersand;
            int equals = query.indexOf('=', start);
            if (equals < 0 || equals > end) {
                equals = end;
            }
            if (end > start) {
                reader.pair(query.substring(start, equals), query.substring(Math.min(equals + 1, end), end));
            }
            start = end + 1;
        }
    }

    /** Whether the first {@code json} field is empty, {@code 1} or {@code true}. */
    static boolean hasJsonFlag(String query) {
        int start = 0;
        while (start < query.length()) {
            int ampersand = query.indexOf('&', start);
            String pair = query.substring(start, ampersand < 0 ? query.length() : ampersand);
            int equals = pair.indexOf('=');
            if ((equals < 0 ? pair : pair.substring(0, equals)).equals("json")) {
                return TRUE.contains(equals < 0 ? "" : pair.substring(equals + 1));
            }
            start += pair.length() + 1;
        }
        return false;
    }

    /**
     * One decoded key or value.
     *
     * @throws CharacterCodingException if the bytes are not UTF-8
     */
    static String decode(String encoded) throws CharacterCodingException {
        if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
            return encoded;
        }
        byte[] bytes = PercentEncoding.decode(encoded.replace('+', ' '));
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
