package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What came back, not yet understood.
 *
 * @param status 200 to 599 where the service keeps to the rules
 * @param contentType the field of that name, or null
 * @param contentEncoding the field of that name, or null
 * @param body at most as many bytes as were allowed
 * @param truncated whether there was more
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one question and is never compared
record HttpAnswer(
        int status, @Nullable String contentType, @Nullable String contentEncoding, byte[] body, boolean truncated) {

    /** How much of a body an error message repeats, in bytes of UTF-8 (wire protocol, section 4.2). */
    static final int EXCERPT_BYTES = 512;

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

    /** The usual phrases, which say it better than whatever the service sent; the reference prints these as well. */
    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(202, "Accepted"),
            Map.entry(203, "Non Authoritative Information"),
            Map.entry(204, "No Content"),
            Map.entry(205, "Reset Content"),
            Map.entry(206, "Partial Content"),
            Map.entry(300, "Multiple Choices"),
            Map.entry(301, "Moved Permanently"),
            Map.entry(302, "Found"),
            Map.entry(303, "See Other"),
            Map.entry(304, "Not Modified"),
            Map.entry(307, "Temporary Redirect"),
            Map.entry(308, "Permanent Redirect"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(402, "Payment Required"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(407, "Proxy Authentication Required"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(410, "Gone"),
            Map.entry(411, "Length Required"),
            Map.entry(413, "Payload Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(418, "I'm a teapot"),
            Map.entry(421, "Misdirected Request"),
            Map.entry(422, "Unprocessable Entity"),
            Map.entry(426, "Upgrade Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"),
            Map.entry(507, "Insufficient Storage"));

    boolean successful() {
        return status >= 200 && status <= 299;
    }

    boolean redirect() {
        return status >= 300 && status <= 399;
    }

    /** For example {@code 503 Service Unavailable}. */
    String statusText() {
        return status + " " + PHRASES.getOrDefault(status, "<unknown status code>");
    }

    /**
     * The body as text, in the character set that the content type names, or UTF-8; without a byte order mark.
     *
     * @throws MalformedAnswerException if it is compressed, not in that character set, or in one unknown here
     */
    String text() throws MalformedAnswerException {
        if (contentEncoding != null && !contentEncoding.equalsIgnoreCase("identity")) {
            throw new MalformedAnswerException("content encoding " + contentEncoding + ", which was not asked for");
        }
        try {
            String text = charset()
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new MalformedAnswerException("stream did not contain valid " + charset());
        }
    }

    /** The beginning of the body for an error message: at most 512 bytes, and no character cut in two. */
    String excerpt() {
        String text;
        try {
            text = new String(body, charset());
        } catch (MalformedAnswerException e) {
            text = new String(body, UTF_8);
        }
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            bytes += utf8Length(codePoint);
            if (bytes > EXCERPT_BYTES) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return text.substring(0, end);
    }

    private Charset charset() throws MalformedAnswerException {
        Matcher named = CHARSET.matcher(contentType == null ? "" : contentType);
        if (!named.find()) {
            return UTF_8;
        }
        try {
            return Charset.forName(named.group(1));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new MalformedAnswerException("content type names a character set that is not known here");
        }
    }

    private static int utf8Length(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}
