package dev.keywarden.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.softtee.SoftwarePccs.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A collateral service on loopback that serves a software TEE's collateral, or fails at it as a test says. */
public final class FakePccs implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Behaviour behaviour;

    /** What to do with one request. */
    @FunctionalInterface
    public interface Behaviour {
        /**
         * Answers.
         *
         * @param path path and query
         * @param exchange to be answered, or left alone
         */
        void serve(String path, HttpExchange exchange) throws IOException, InterruptedException;
    }

    private FakePccs(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** A service that does what a test says. */
    public static FakePccs doing(Behaviour behaviour) throws IOException {
        return new FakePccs(behaviour);
    }

    /** A service in order. */
    public static FakePccs serving(SoftwarePccs pccs, InstantSource clock) throws IOException {
        return doing(right(pccs, clock));
    }

    /** Answers as it should. */
    public static Behaviour right(SoftwarePccs pccs, InstantSource clock) {
        return (path, exchange) -> send(exchange, pccs.answer(path, clock.instant()));
    }

    /** Answers with a status and nothing else. */
    public static Behaviour status(int status, Map<String, String> headers) {
        return (path, exchange) -> send(exchange, new Answer(status, headers, new byte[0]));
    }

    /** Never answers. */
    public Behaviour hanging() {
        return (path, exchange) -> closed.await();
    }

    /** Breaks off in the middle of each body. */
    public static Behaviour truncating(SoftwarePccs pccs, InstantSource clock) {
        return (path, exchange) -> {
            Answer whole = pccs.answer(path, clock.instant());
            whole.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(whole.status(), whole.body().length);
            OutputStream out = exchange.getResponseBody();
            out.write(Arrays.copyOf(whole.body(), whole.body().length / 2));
            out.flush();
            throw new IOException("broken off on purpose");
        };
    }

    /** Answers as it should but for the documents whose path contains something. */
    public static Behaviour except(String part, Answer other, Behaviour usual) {
        return (path, exchange) -> {
            if (path.contains(part)) {
                send(exchange, other);
            } else {
                usual.serve(path, exchange);
            }
        };
    }

    /** From now on does something else. */
    public void become(Behaviour other) {
        behaviour = other;
    }

    /** Where it is, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Path and query of every request so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** How often a document was asked for whose path contains something. */
    public long requestsFor(String part) {
        return requests.stream().filter(path -> path.contains(part)).count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        requests.add(path);
        try (exchange) {
            behaviour.serve(path, exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        new HashMap<>(answer.headers()).forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
