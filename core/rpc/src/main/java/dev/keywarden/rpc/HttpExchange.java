package dev.keywarden.rpc;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One HTTP request and its answer: bounded in size, and in time from the first byte sent to the last one received. */
final class HttpExchange {
    private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

    private final HttpClient http;
    private final Duration deadline;

    HttpExchange(HttpClient http, Duration deadline) {
        this.http = http;
        this.deadline = deadline;
    }

    /** @throws RpcException with a text for people if there was no whole answer within the deadline */
    HttpResponse<byte[]> send(URI target, HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(
                request.uri(target).header("User-Agent", "keywarden").build(),
                head -> new BoundedBody(MAX_ANSWER_BYTES));
        try {
            return sent.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new RpcException(
                    "Failed to send request: %s did not answer within %d ms".formatted(target, deadline.toMillis()), e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new RpcException("Failed to send request: interrupted", e);
        } catch (ExecutionException e) {
            throw ClientFailure.of(target, e);
        }
    }
}
