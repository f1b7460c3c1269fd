package dev.keywarden.plugin.onchain.rpc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One node of the chain that answers questions, or fails to.
 *
 * <p>Nothing is ever repeated and no redirect followed; a question ends within the timeout, whatever the other side does.
 */
public final class Provider implements AutoCloseable {
    /** A hanging provider holds at most this many calls of ours. */
    private static final int MOST_AT_ONCE = 256;

    /** Shorter than the 5 s after which common servers close, so that no question meets a closing connection. */
    private static final Duration KEPT_IDLE = Duration.ofSeconds(4);

    private final String name;
    private final ProviderLimits limits;
    private final JsonRpcService service;
    private final Semaphore permits = new Semaphore(MOST_AT_ONCE);
    private volatile long restingUntil = System.nanoTime();

    private Provider(String name, Endpoint endpoint, ProviderLimits limits) {
        this.name = name;
        this.limits = limits;
        OkHttpClient client = new OkHttpClient.Builder()
                .callTimeout(limits.timeout())
                .connectTimeout(limits.timeout())
                .readTimeout(limits.timeout())
                .writeTimeout(limits.timeout())
                .connectionPool(new ConnectionPool(MOST_AT_ONCE, KEPT_IDLE.toMillis(), TimeUnit.MILLISECONDS))
                .protocols(List.of(Protocol.HTTP_1_1))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .build();
        this.service = new JsonRpcService(endpoint, client, limits.maxAnswerBytes());
    }

    /**
     * Providers in the order of their URLs, each with a name of its own.
     *
     * @throws IllegalArgumentException if a URL is unusable
     */
    public static List<Provider> of(List<String> urls, ProviderLimits limits) {
        List<Provider> providers = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String url : urls) {
            Endpoint endpoint = Endpoint.parse(url);
            String shown = endpoint.shown();
            String name = names.contains(shown) ? shown + "#" + (names.size() + 1) : shown;
            names.add(name);
            providers.add(new Provider(name, endpoint, limits));
        }
        return List.copyOf(providers);
    }

    /**
     * Only whether the URLs can be used.
     *
     * @throws IllegalArgumentException if one can't
     */
    public static void check(List<String> urls) {
        urls.forEach(Endpoint::parse);
    }

    /** Host and port, and a number if another provider has the same. */
    public String name() {
        return name;
    }

    /** A single question. */
    public RpcReply ask(RpcCall question) throws ProviderFault {
        return ask(List.of(question)).get(0);
    }

    /**
     * Asks, several questions in one round trip.
     *
     * @return one reply for each question, in the same order
     * @throws ProviderFault if there are none; an interrupt is left for the caller to see
     */
    public List<RpcReply> ask(List<RpcCall> questions) throws ProviderFault {
        if (restingUntil - System.nanoTime() > 0) {
            throw new ProviderFault(
                    ProviderFault.Kind.RATE_LIMITED, "asked to be left alone (HTTP status 429, Retry-After)");
        }
        if (!permits.tryAcquire()) {
            throw new ProviderFault(
                    ProviderFault.Kind.BUSY, "has " + MOST_AT_ONCE + " questions to answer before this one");
        }
        try {
            return send(questions);
        } catch (JsonRpcService.FaultException e) {
            if (e.restSeconds() > 0) {
                restingUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(e.restSeconds());
            }
            throw e.fault();
        } catch (IOException e) {
            throw explain(e);
        } catch (JacksonException | ClassCastException | NullPointerException e) {
            // What Web3j does with an answer that is not JSON, or JSON of another shape.
            throw new ProviderFault(ProviderFault.Kind.MALFORMED, "did not answer with JSON-RPC");
        } finally {
            permits.release();
        }
    }

    private List<RpcReply> send(List<RpcCall> questions) throws IOException, ProviderFault {
        List<Request<Object, Answer>> requests = new ArrayList<>();
        for (RpcCall question : questions) {
            requests.add(new Request<>(question.method(), question.params(), service, Answer.class));
        }
        List<RpcReply> replies = new ArrayList<>();
        if (requests.size() == 1) {
            replies.add(reply(requests.get(0), List.of(requests.get(0).send())));
            return replies;
        }
        BatchRequest batch = new BatchRequest(service);
        requests.forEach(batch::add);
        List<? extends Response<?>> answers = batch.send().getResponses();
        for (Request<Object, Answer> request : requests) {
            replies.add(reply(request, answers));
        }
        return replies;
    }

    /** Finds the answer by its id: JSON-RPC promises no order. */
    private static RpcReply reply(Request<?, ?> request, List<? extends Response<?>> answers) throws ProviderFault {
        for (Response<?> answer : answers) {
            if (answer instanceof Answer own && own.getId() == request.getId()) {
                Response.Error error = own.getError();
                return error == null
                        ? new RpcReply(own.getResult(), null)
                        : new RpcReply(
                                null, new RpcReply.RpcError(error.getCode(), text(error.getMessage()), data(error)));
            }
        }
        throw new ProviderFault(
                ProviderFault.Kind.INCOMPLETE,
                "sent no answer with the id of the question (" + request.getMethod() + ")");
    }

    /** Web3j keeps an error's data as the JSON it was. */
    private static String data(Response.Error error) {
        return text(error.getData()).replace("\"", "");
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private ProviderFault explain(IOException e) {
        if (e instanceof SSLException) {
            return new ProviderFault(ProviderFault.Kind.TLS, "failed the TLS handshake: " + words(e));
        }
        if (e instanceof UnknownHostException) {
            return new ProviderFault(ProviderFault.Kind.UNREACHABLE, "can't be reached: its host name is not known");
        }
        if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            return new ProviderFault(ProviderFault.Kind.UNREACHABLE, "can't be reached: connection refused");
        }
        if (e instanceof InterruptedIOException && !Thread.currentThread().isInterrupted()) {
            return new ProviderFault(
                    ProviderFault.Kind.TIMEOUT,
                    "did not answer within " + limits.timeout().toMillis() + " ms (timeout)");
        }
        if (Thread.currentThread().isInterrupted()) {
            return new ProviderFault(ProviderFault.Kind.TIMEOUT, "was not waited for any longer");
        }
        return new ProviderFault(ProviderFault.Kind.CLOSED, "closed the connection before its answer was complete");
    }

    private static String words(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** Closes idle connections. */
    @Override
    public void close() {
        service.close();
    }

    @Override
    public String toString() {
        return name;
    }

    /** An answer whose result is looked at later. */
    public static final class Answer extends Response<JsonNode> {
        /** For the JSON library. */
        public Answer() {}
    }
}
