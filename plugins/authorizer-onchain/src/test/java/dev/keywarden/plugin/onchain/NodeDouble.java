package dev.keywarden.plugin.onchain;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keywarden.plugin.onchain.contract.KmsInterface;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node of a chain that says what a test wants it to, over real sockets. */
final class NodeDouble implements AutoCloseable {
    static final long CHAIN = 31337;
    static final String CONTRACT = "0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0";
    static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Set<String> readAt = ConcurrentHashMap.newKeySet();
    private final Map<String, BiFunction<JsonNode, String, @Nullable Object>> methods = new ConcurrentHashMap<>();
    private volatile long head = 100;
    private volatile String branch = "main";
    private volatile UnaryOperator<String> body = text -> text;
    private volatile @Nullable Fault fault;

    /** What to do with a request instead of answering it. */
    interface Fault {
        void perform(HttpExchange exchange) throws IOException;
    }

    /** A JSON-RPC error. */
    record Failure(int code, String message, @Nullable Object data) {}

    NodeDouble() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        answers("eth_chainId", (params, ignored) -> "0x" + Long.toHexString(CHAIN));
        answers("eth_blockNumber", (params, ignored) -> "0x" + Long.toHexString(head));
        answers(
                "eth_getBlockByNumber",
                (params, ignored) -> header(numbered(params.get(0).asString())));
        answers("eth_getBlockByHash", (params, ignored) -> known(params.get(0).asString()));
        answers("eth_getCode", (params, ignored) -> atBlock(params, "0x6001"));
        answers("eth_getStorageAt", (params, ignored) -> atBlock(params, "0x" + "0".repeat(64)));
        call((data, ignored) -> Encoded.verdict(true, ""));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/key-1234";
    }

    /** How it is named in messages. */
    String shown() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    NodeDouble answers(String method, BiFunction<JsonNode, String, @Nullable Object> answer) {
        methods.put(method, answer);
        return this;
    }

    /** What the two questions are answered with, by calldata; the other functions answer as ever. */
    NodeDouble call(BiFunction<String, String, Object> verdict) {
        return answers("eth_call", (params, ignored) -> {
            String data = params.get(0).path("data").asString();
            String to = params.get(0).path("to").asString();
            if (data.equals(KmsInterface.GATEWAY_APP_ID)) {
                return atBlock(params, Encoded.text("0x1111111111111111111111111111111111111111"));
            }
            if (data.equals(KmsInterface.APP_IMPLEMENTATION)) {
                return atBlock(params, "0x" + "0".repeat(24) + "5fbdb2315678afecb367f032d93f642f64180aa3");
            }
            return atBlock(params, verdict.apply(data, to));
        });
    }

    NodeDouble head(long number) {
        head = number;
        return this;
    }

    /** From now on all its blocks are others. */
    NodeDouble fork(String name) {
        branch = name;
        return this;
    }

    NodeDouble body(UnaryOperator<String> change) {
        body = change;
        return this;
    }

    NodeDouble fault(@Nullable Fault change) {
        fault = change;
        return this;
    }

    /** Takes questions and never answers. */
    NodeDouble hang() {
        return fault(exchange -> {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** The methods it was asked for, in order; of {@code eth_call} only the two questions. */
    List<String> asked() {
        return asked;
    }

    /** The hashes of the blocks at which it was read; empty text for a read that named none. */
    Set<String> readAt() {
        return readAt;
    }

    long questions() {
        return asked.stream().filter("eth_call"::equals).count();
    }

    /** A block's hash on the branch that this node is on. */
    String hash(long number) {
        return Hash.sha3String(branch + number);
    }

    private long numbered(String tag) {
        return tag.startsWith("0x") ? Long.parseLong(tag.substring(2), 16) : head;
    }

    private Map<String, Object> header(long number) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("number", "0x" + Long.toHexString(number));
        header.put("hash", hash(number));
        header.put("timestamp", "0x" + Long.toHexString(time(number)));
        return header;
    }

    /** A block's time, in seconds since the epoch. */
    static long time(long number) {
        return 1_000_000 + number;
    }

    private @Nullable Object known(String hash) {
        for (long number = head; number >= 0; number--) {
            if (hash(number).equals(hash)) {
                return header(number);
            }
        }
        return null;
    }

    private Object atBlock(JsonNode params, Object answer) {
        String hash = params.get(params.size() - 1).path("blockHash").asString("");
        readAt.add(hash);
        return known(hash) == null ? new Failure(-32001, "Resource not found", null) : answer;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Fault current = fault;
            if (current != null) {
                current.perform(exchange);
                return;
            }
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            Object answer;
            if (request.isArray()) {
                List<Object> answers = new ArrayList<>();
                request.forEach(one -> answers.add(answer(one)));
                answer = answers;
            } else {
                answer = answer(request);
            }
            send(exchange, 200, body.apply(JSON.writeValueAsString(answer)));
        }
    }

    static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Map<String, Object> answer(JsonNode question) {
        String method = question.path("method").asString();
        JsonNode params = question.path("params");
        String data = params.path(0).path("data").asString("");
        if (!method.equals("eth_call") || data.length() > 10) {
            asked.add(method);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", "2.0");
        answer.put("id", question.path("id").asLong());
        Object result = methods.getOrDefault(method, (ignored, none) -> new Failure(-32601, "Method not found", null))
                .apply(params, data);
        if (result instanceof Failure failure) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("code", failure.code());
            error.put("message", failure.message());
            if (failure.data() != null) {
                error.put("data", failure.data());
            }
            answer.put("error", error);
        } else {
            answer.put("result", result);
        }
        return answer;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
