package dev.keywarden.rpc;

import com.google.protobuf.Message;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Calls a node that has no root keys yet (wire-protocol.md, section 10.1): plain HTTP, JSON, no redirects, no proxy.
 *
 * <p>Nothing secret goes this way: who may reach the listener decides the operator's network.
 */
public final class OnboardingClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final String base;
    private final HttpClient http;
    private final HttpExchange exchange;

    /**
     * A client of one node.
     *
     * @param url the onboarding listener, {@code http} or, behind a proxy, {@code https}
     * @param deadline for one call; onboarding waits for another node in turn
     * @throws RpcException if that is no such address
     */
    public OnboardingClient(String url, Duration deadline) {
        this.base = checked(url);
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        this.exchange = new HttpExchange(http, deadline);
    }

    private static String checked(String url) {
        String trimmed = url.replaceAll("/+$", "");
        try {
            URI uri = new URI(trimmed);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawQuery() == null) {
                return trimmed;
            }
        } catch (URISyntaxException e) {
            throw new RpcException(url + " is not an address like http://host:8000", e);
        }
        throw new RpcException(url + " is not an address like http://host:8000");
    }

    /**
     * Calls a method of the service {@code Onboard}.
     *
     * @param answer any instance of the message that is expected
     * @throws RpcException with the node's own words if it refused, or with what went wrong
     */
    public <Q extends Message, A extends Message> A call(String method, Q request, A answer) {
        HttpResponse<byte[]> response = exchange.send(
                URI.create(base + "/prpc/Onboard." + method + "?json"),
                HttpRequest.newBuilder()
                        .POST(BodyPublishers.ofByteArray(JsonCodec.of(request).encode(request))));
        if (response.statusCode() / 100 != 2) {
            throw refusal(response);
        }
        return JsonCodec.of(answer).decode(response.body());
    }

    /** Asks the node to leave onboarding mode. */
    public void finish() {
        HttpResponse<byte[]> response = exchange.send(
                URI.create(base + "/finish"), HttpRequest.newBuilder().GET());
        if (response.statusCode() / 100 != 2) {
            throw refusal(response);
        }
    }

    private static RpcException refusal(HttpResponse<byte[]> response) {
        String body = new String(response.body(), StandardCharsets.UTF_8);
        return new RpcException(RpcException.wrapped(response.statusCode(), body));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
