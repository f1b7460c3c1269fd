package dev.keywarden.rpc;

import java.util.Objects;

/**
 * An HTTP request to {@code /prpc/<method>}, reduced to what the protocol looks at.
 *
 * @param verb how it was sent; {@code HEAD} counts as {@code GET}
 * @param method the last path segment, percent-decoded, with whatever service prefix it carries
 * @param query the raw query string without the question mark, empty if there was none
 * @param contentType the raw header, empty if there was none
 * @param body the request body
 */
public record PrpcRequest(Verb verb, String method, String query, String contentType, Body body) {
    /** The two ways of calling a method. */
    public enum Verb {
        /** The request message stands in the query string; the answer is JSON. */
        GET,
        /** The request message is the body. */
        POST
    }

    /** A request body, or why there is none. */
    public sealed interface Body {
        /**
         * The whole body.
         *
         * @param bytes not copied; belongs to the request
         */
        @SuppressWarnings("ArrayRecordComponent") // passed on once and never compared
        record Complete(byte[] bytes) implements Body {}

        /** It was longer than the listener takes. */
        record TooLarge() implements Body {}

        /**
         * It could not be read.
         *
         * @param reason one line for the caller
         */
        record Unreadable(String reason) implements Body {}
    }

    /** Checks for missing parts. */
    public PrpcRequest {
        Objects.requireNonNull(verb, "verb");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(body, "body");
    }

    /** Whether verb and query ask for JSON: all that counts for failures before the method is looked up (section 1.2). */
    boolean asksForJson() {
        return verb == Verb.GET || QueryString.hasJsonFlag(query);
    }

    /** Whether the body is declared to be JSON; parameters such as a charset don't matter. */
    boolean declaresJson() {
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.trim().equalsIgnoreCase(PrpcResponse.JSON);
    }
}
