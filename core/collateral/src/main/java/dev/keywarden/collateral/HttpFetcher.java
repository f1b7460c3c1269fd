package dev.keywarden.collateral;

import dev.keywarden.dcap.DcapCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Gets documents over HTTP. The time and the length of an answer are limited as a whole, headers included; redirects,
 * proxies of the environment, cookies and repetitions do not happen.
 */
public final class HttpFetcher implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private final HttpClient client;

    /**
     * A fetcher.
     *
     * @param caFile PEM certificates that may vouch for https services, or {@code null} for those the JDK trusts
     * @throws IllegalArgumentException if the file can't be used, saying why
     */
    public HttpFetcher(@Nullable Path caFile) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(TlsTrust.load(caFile))
                .build();
    }

    /** Starts a request; cancelling the result ends it. */
    CompletableFuture<HttpAnswer> start(URI address, int maxBodyBytes) {
        HttpRequest request =
                HttpRequest.newBuilder(address).header("accept", "*/*").GET().build();
        return client.sendAsync(request, head -> new LimitedBody(maxBodyBytes)).thenApply(HttpFetcher::answer);
    }

    private static HttpAnswer answer(HttpResponse<byte[]> response) {
        return new HttpAnswer(response.statusCode(), response.headers(), response.body());
    }

    /**
     * Waits for a request that was started.
     *
     * @throws CollateralException with {@link DcapCode#COLLATERAL_UNAVAILABLE} if there was no answer in time
     */
    static HttpAnswer await(CompletableFuture<HttpAnswer> answer, URI address, Deadline deadline) {
        try {
            return answer.get(Math.max(0, deadline.left().toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unavailable(address, "no answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(address, "it was not waited for any longer", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unavailable(address, cause instanceof IOException io ? words(io) : cause.toString(), e);
        }
    }

    private static String words(IOException cause) {
        String message = cause.getMessage();
        return message == null ? "no connection (" + cause.getClass().getSimpleName() + ")" : message;
    }

    private static CollateralException unavailable(URI address, String why, Exception cause) {
        return new CollateralException(DcapCode.COLLATERAL_UNAVAILABLE, address + ": " + why, cause);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
