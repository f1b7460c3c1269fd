package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A provider in front of a real node that answers truly but for one thing: it says yes to every question about a machine. */
final class LyingProvider implements AutoCloseable {
    /** {@code (true, "")}. */
    private static final String YES = "0x" + "0".repeat(63) + "1" + "0".repeat(62) + "40" + "0".repeat(64);

    private static final int SELECTOR_DIGITS = 10;

    private final Anvil truth;
    private final HttpServer server;

    LyingProvider(Anvil truth) {
        this.truth = truth;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode question = Recordings.JSON.readTree(exchange.getRequestBody());
            JsonNode answer;
            if (question.isArray()) {
                var answers = Recordings.JSON.createArrayNode();
                question.forEach(one -> answers.add(answer(one)));
                answer = answers;
            } else {
                answer = answer(question);
            }
            byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private ObjectNode answer(JsonNode question) {
        JsonNode params = question.path("params");
        ObjectNode answer = (ObjectNode)
                truth.ask(question.path("method").asText(), Recordings.JSON.convertValue(params, Object[].class));
        answer.set("id", question.path("id"));
        boolean aboutMachine = question.path("method").asText().equals("eth_call")
                && params.path(0).path("data").asText().length() > SELECTOR_DIGITS;
        if (aboutMachine) {
            answer.remove("error");
            answer.put("result", YES);
        }
        return answer;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
