package dev.keywarden.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;

/** The default page of a status, as HTML, or as JSON for clients that prefer it (wire-protocol.md, section 1.1). */
enum StatusPage {
    BAD_REQUEST(HttpResponseStatus.BAD_REQUEST, "The request could not be understood."),
    NOT_FOUND(HttpResponseStatus.NOT_FOUND, "The requested resource could not be found."),
    REQUEST_TIMEOUT(HttpResponseStatus.REQUEST_TIMEOUT, "The request did not arrive in time."),
    URI_TOO_LONG(HttpResponseStatus.REQUEST_URI_TOO_LONG, "The request line is too long."),
    UNPROCESSABLE(HttpResponseStatus.UNPROCESSABLE_ENTITY, "The method name is missing."),
    HEADERS_TOO_LARGE(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request headers are too large."),
    INTERNAL_ERROR(HttpResponseStatus.INTERNAL_SERVER_ERROR, "The server failed; its log has the cause."),
    UNAVAILABLE(HttpResponseStatus.SERVICE_UNAVAILABLE, "The server is busy; try again."),
    VERSION_NOT_SUPPORTED(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "The server speaks HTTP/1.1.");

    private final int code;
    private final String reason;
    private final String description;

    StatusPage(HttpResponseStatus status, String description) {
        this.code = status.code();
        this.reason = status.reasonPhrase();
        this.description = description;
    }

    /**
     * The page in the form that a client prefers.
     *
     * @param accept the {@code Accept} header, empty if there was none
     */
    Answer answer(String accept) {
        return Answer.of(prefersJson(accept) ? json() : html());
    }

    private Page html() {
        return new Page(code, "text/html; charset=utf-8", """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>%1$d %2$s</title></head>
                <body><h1>%1$d %2$s</h1><p>%3$s</p></body>
                </html>
                """.formatted(code, reason, description));
    }

    private Page json() {
        return new Page(code, "application/json", """
                {
                  "error": {
                    "code": %d,
                    "reason": "%s",
                    "description": "%s"
                  }
                }""".formatted(code, reason, description));
    }

    /** Whether JSON has the highest weight; among equals the more specific range counts, then the earlier. */
    private static boolean prefersJson(String accept) {
        String preferred = "";
        double highest = -1;
        for (String range : accept.split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].trim().toLowerCase(Locale.ROOT);
            double weight = weight(parts) + specificity(type);
            if (!type.isEmpty() && weight > highest) {
                highest = weight;
                preferred = type;
            }
        }
        return preferred.equals("application/json");
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }

    /** Less than any difference in weight, which has three decimals (RFC 9110, section 12.4.2). */
    private static double specificity(String type) {
        if (type.startsWith("*")) {
            return 0;
        }
        return type.endsWith("/*") ? 0.0001 : 0.0002;
    }
}
