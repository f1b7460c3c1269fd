package dev.keywarden.server;

import dev.keywarden.rpc.PrpcResponse;
import java.util.Arrays;
import java.util.List;

/** What goes back to a client, whoever made it. */
final class Answer {
    private final int status;
    private final String contentType;
    private final byte[] body;
    private final boolean wiped;
    private final List<Header> headers;

    private Answer(int status, String contentType, byte[] body, boolean wiped, List<Header> headers) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.wiped = wiped;
        this.headers = headers;
    }

    /** An RPC answer, which may hold released keys and is overwritten when it has been sent. */
    static Answer of(PrpcResponse response) {
        return new Answer(response.status(), response.contentType(), response.body(), true, List.of());
    }

    static Answer of(Page page) {
        return new Answer(page.status(), page.contentType(), page.bytes(), false, page.headers());
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    byte[] body() {
        return body;
    }

    /** Beyond those of every answer of the site. */
    List<Header> headers() {
        return headers;
    }

    /** The body is no longer needed. Copies that the kernel and the TLS engine made are out of reach. */
    void sent() {
        if (wiped) {
            Arrays.fill(body, (byte) 0);
        }
    }
}
