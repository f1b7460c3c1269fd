package dev.keywarden.rpc;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** Sends what it is told to a KMS, right or wrong, and shows what came back; trusts nobody and presents nothing. */
public final class WireProbe implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final String base;
    private final HttpClient http;
    private final HttpExchange exchange;

    /**
     * A probe of one listener.
     *
     * @param url without a path
     * @param deadline for one exchange
     */
    public WireProbe(String url, Duration deadline) {
        this.base = url.replaceAll("/+$", "");
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(ClientTls.context(new ClientTls.Trust.Anyone(), null))
                .sslParameters(ClientTls.parameters())
                .build();
        this.exchange = new HttpExchange(http, deadline);
    }

    /** What came back. */
    public static final class Reply {
        private final HttpResponse<byte[]> response;

        private Reply(HttpResponse<byte[]> response) {
            this.response = response;
        }

        /** The status code. */
        public int status() {
            return response.statusCode();
        }

        /** A header's value, or the empty string. */
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The body as UTF-8. */
        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        /** The body, a copy. */
        public byte[] body() {
            return Arrays.copyOf(response.body(), response.body().length);
        }
    }

    /**
     * Sends one request.
     *
     * @param method HTTP's
     * @param path with a query, if there is one
     * @throws RpcException if nothing came back
     */
    public Reply send(String method, String path, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return new Reply(exchange.send(URI.create(base + path), request));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
