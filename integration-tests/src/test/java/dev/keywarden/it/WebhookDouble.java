package dev.keywarden.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** The policy service: a real HTTP server that does what a test tells it. */
final class WebhookDouble implements AutoCloseable {
    /** What it answers to {@code GET /} unless told otherwise; the values the recordings were made with. */
    static final String AUTHORITY = """
            {"status":"ok","kmsContractAddr":"%s","gatewayAppId":"%s","chainId":%d,"appImplementation":"%s"}""".formatted(
                    Recordings.META.get("kms_contract_address").asText(),
                    Recordings.META.get("gateway_app_id").asText(),
                    Recordings.META.get("chain_id").asLong(),
                    Recordings.META.get("app_auth_implementation").asText());

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = Behaviour.allowAll();

    /** One request. */
    record Question(String method, String path, String body) {}

    /** One answer. */
    @SuppressWarnings("ArrayRecordComponent") // sent once and never compared
    record Reply(int status, byte[] body) {
        static Reply json(int status, String body) {
            return new Reply(status, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What to do with a request. */
    @FunctionalInterface
    interface Behaviour {
        void handle(Question question, HttpExchange exchange) throws IOException;

        static Behaviour answering(Function<Question, Reply> reply) {
            return (question, exchange) -> send(exchange, reply.apply(question));
        }

        static Behaviour allowAll() {
            return answering(
                    question -> Reply.json(200, question.method().equals("GET") ? AUTHORITY : decision(true, "")));
        }

        static Behaviour denyingKms(String reason) {
            return answering(question -> question.method().equals("GET")
                    ? Reply.json(200, AUTHORITY)
                    : Reply.json(200, decision(!question.path().endsWith("/kms"), reason)));
        }

        static Behaviour denyingApp(String appIdPrefix, String reason) {
            return answering(question -> question.method().equals("GET")
                    ? Reply.json(200, AUTHORITY)
                    : Reply.json(
                            200,
                            decision(
                                    question.path().endsWith("/kms")
                                            || !question.body().contains("\"appId\":\"" + appIdPrefix),
                                    reason)));
        }

        private static String decision(boolean allowed, String reason) {
            return "{\"isAllowed\":" + allowed + ",\"gatewayAppId\":\""
                    + Recordings.META.get("gateway_app_id").asText() + "\",\"reason\":\"" + (allowed ? "" : reason)
                    + "\"}";
        }
    }

    WebhookDouble() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                Question question = new Question(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                questions.add(question);
                behaviour.handle(question, exchange);
            }
        });
        server.start();
    }

    static void send(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
        exchange.getResponseBody().write(reply.body());
    }

    void behave(Behaviour next) {
        behaviour = next;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Question> questions() {
        return List.copyOf(questions);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
