package dev.keywarden.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An answer to a request for a fixed path.
 *
 * @param status HTTP status
 * @param contentType value of the header
 * @param body sent as UTF-8
 * @param headers beyond those of every answer
 */
public record Page(int status, String contentType, String body, List<Header> headers) {
    private static final int OK = 200;

    /** Checks for missing parts. */
    public Page {
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(body, "body");
        headers = List.copyOf(headers);
    }

    /** A page without headers of its own. */
    public Page(int status, String contentType, String body) {
        this(status, contentType, body, List.of());
    }

    /** An HTML page with status 200. */
    public static Page html(String body) {
        return new Page(OK, "text/html; charset=utf-8", body);
    }

    /** Plain text with status 200. */
    public static Page text(String body) {
        return new Page(OK, "text/plain; charset=utf-8", body);
    }

    /** JSON with status 200. */
    public static Page json(String body) {
        return new Page(OK, "application/json", body);
    }

    /** The same page with one more header. */
    public Page withHeader(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Page(status, contentType, body, more);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
