package dev.keywarden.plugin.rego.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Puts one question and waits for the whole answer. Redirects are not followed, and nothing is repeated. */
public final class HttpAsker implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final HttpClient client;
    private final @Nullable Path tokenFile;

    /**
     * An asker.
     *
     * @param caFile PEM certificates that may vouch for an https server, in place of those the JDK trusts, or null
     * @param tokenFile what goes into the Authorization field as a bearer token, read anew for each question, or null
     * @throws IllegalArgumentException if the certificates can't be used
     */
    public HttpAsker(@Nullable Path caFile, @Nullable Path tokenFile) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
        this.client = (caFile == null ? builder : builder.sslContext(TrustedServers.load(caFile))).build();
        this.tokenFile = tokenFile;
    }

    /**
     * Asks.
     *
     * @param timeout for everything from the connection to the last byte
     * @param most bytes that the answer may have
     * @throws IOException if there is no whole answer; the message says why
     */
    public HttpResponse<byte[]> ask(HttpRequest.Builder request, Duration timeout, long most)
            throws IOException, InterruptedException {
        if (tokenFile != null) {
            request.header("Authorization", "Bearer " + token(tokenFile));
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> new LimitedBody(most));
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no whole answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw new IOException(words(e.getCause()), e);
        }
    }

    private static String token(Path file) throws IOException {
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("the token file " + file.getFileName() + " can't be read", e);
        }
        if (!token.matches("[!-~]+")) {
            throw new IOException("the token file " + file.getFileName() + " holds no token");
        }
        return token;
    }

    private static String words(@Nullable Throwable cause) {
        if (cause instanceof HttpConnectTimeoutException) {
            return "no connection within " + CONNECT.toSeconds() + " s";
        }
        if (cause instanceof ConnectException) {
            return "no connection";
        }
        String message = cause == null ? null : cause.getMessage();
        return message == null ? "the connection broke off" : message.replaceAll("\\p{Cntrl}", " ");
    }

    /** The URL without a user, a password and a query. */
    public static String shown(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()) + url.getPath();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
