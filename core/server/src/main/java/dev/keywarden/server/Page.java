package dev.keywarden.server;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * An answer to a request for a fixed path.
 *
 * @param status HTTP status
 * @param contentType value of the header
 * @param body sent as UTF-8
 */
public record Page(int status, String contentType, String body) {
    private static final int OK = 200;

    /** Checks for missing parts. */
    public Page {
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(body, "body");
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

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
