package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.keywarden.spi.Decision;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everything a provider can do instead of answering: each has a code of its own, none allows, none lasts. */
@Timeout(60)
final class ProviderFaultsTest {
    private final Nodes nodes = Nodes.of(1);
    private final NodeDouble node = nodes.get(0);

    @AfterEach
    void close() throws Exception {
        nodes.close();
    }

    private Decision decide() {
        return nodes.authorizer().authorize(Nodes.app());
    }

    private void assertDenied(String code, String... words) {
        Decision decision = decide();
        assertThat(Nodes.outcome(decision)).as(Nodes.message(decision)).isEqualTo("onchain." + code);
        assertThat(Nodes.message(decision)).contains(node.shown()).doesNotContain("key-1234");
        for (String word : words) {
            assertThat(Nodes.message(decision)).contains(word);
        }
    }

    @Test
    void wrongChainId() {
        node.answers("eth_chainId", (params, data) -> "0x1");
        assertDenied("wrong_chain", "is on chain 1, not on 31337");
    }

    @Test
    void wrongChainIdSinceTheLastDecision() {
        OnchainAuthorizer authorizer = nodes.authorizer();
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
        node.answers("eth_chainId", (params, data) -> "0x1");
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("onchain.wrong_chain");
    }

    @Test
    void anotherBlockThanTheOneOfTheHash() {
        node.answers(
                "eth_getBlockByHash",
                (params, data) -> Map.of("number", "0x1", "hash", node.hash(1), "timestamp", "0x1"));
        assertDenied("wrong_block", "was asked for block 100");
    }

    @Test
    void anotherBlockThanTheOneOfTheNumber() {
        nodes.block = "latest-10";
        node.answers(
                "eth_getBlockByNumber",
                (params, data) -> Map.of("number", "0x1", "hash", node.hash(1), "timestamp", "0x1"));
        assertDenied("wrong_block", "was asked for block 90 and sent 1");
    }

    @Test
    void missingFields() {
        for (String field : List.of("number", "hash", "timestamp")) {
            node.body(text -> text.replace("\"" + field + "\"", "\"another\""));
            assertDenied("provider_incomplete", field);
        }
        node.body(text -> text.replace("\"result\"", "\"outcome\""));
        assertDenied("provider_incomplete", "neither a result nor an error");
        node.body(text -> text.replaceAll("\"id\":[0-9]+", "\"id\":0"));
        assertDenied("provider_incomplete", "no answer with the id of the question");
    }

    @Test
    void numbersThatAreNone() {
        for (String number : List.of("100", "0x", "0xzz", "0x1ffffffffffffffff", "null")) {
            node.answers(
                    "eth_getBlockByNumber",
                    (params, data) -> Map.of("number", number, "hash", node.hash(1), "timestamp", "0x1"));
            assertDenied("provider_incomplete", "no usable number as number");
        }
    }

    @Test
    void errorsOfItsOwn() {
        node.answers("eth_getBlockByNumber", (params, data) -> new NodeDouble.Failure(-32005, "over\nquota", Map.of()));
        assertDenied("provider_error", "JSON-RPC error -32005 (over quota)");
    }

    @Test
    void aCallThatFailsInTheNodeAndNotInTheContract() {
        node.call((data, to) -> new NodeDouble.Failure(-32000, "missing trie node", null));
        assertDenied("provider_error", "missing trie node");
    }

    @Test
    void html() {
        for (String page :
                List.of("<!doctype html><title>Sign in</title>", "", "[]", "{}", "null", "7", "[null]", "[7]")) {
            node.body(text -> page);
            Decision decision = decide();
            assertThat(Nodes.outcome(decision))
                    .as(page)
                    .isIn("onchain.provider_malformed", "onchain.provider_incomplete");
        }
    }

    @Test
    void aHundredMegabytes() {
        node.fault(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[1 << 20];
            java.util.Arrays.fill(chunk, (byte) '[');
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(chunk);
            }
        });
        assertDenied("provider_answer_too_large", "more than 4194304 bytes");
    }

    @Test
    void nestingWithoutEnd() {
        node.body(text -> "[".repeat(1_000_000));
        assertDenied("provider_malformed");
    }

    @Test
    void oneByteAfterAnother() throws Exception {
        nodes.timeout = Duration.ofMillis(700);
        CountDownLatch over = new CountDownLatch(1);
        node.fault(exchange -> drip(exchange, over));
        long start = System.nanoTime();
        assertDenied("provider_timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Nodes.PATIENCE.multipliedBy(2));
        over.countDown();
    }

    private static void drip(HttpExchange exchange, CountDownLatch over) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        try {
            while (!over.await(50, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                out.write(' ');
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void silence() {
        nodes.timeout = Duration.ofMillis(300);
        node.hang();
        assertDenied("provider_timeout");
    }

    @Test
    void nobodyThere() {
        node.close();
        assertDenied("provider_unreachable", "connection refused");
    }

    @Test
    void noSuchHost() {
        Decision decision = nodes.authorizer(nodes.settings(List.of("https://no-such-host.invalid/v3/key-1234")))
                .authorize(Nodes.app());
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.provider_unreachable");
        assertThat(Nodes.message(decision))
                .contains("its host name is not known")
                .doesNotContain("key-1234");
    }

    @Test
    void closingInTheMiddle() throws Exception {
        assertThat(whenAnswered("http", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{"))
                .isEqualTo("onchain.provider_closed");
    }

    @Test
    void closingWithoutAWord() throws Exception {
        assertThat(whenAnswered("http", "")).isEqualTo("onchain.provider_closed");
    }

    @Test
    void plainHttpWhereTlsIsWanted() throws Exception {
        assertThat(whenAnswered("https", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo("onchain.provider_tls");
    }

    /** What comes of a provider that sends these bytes to whoever connects, and closes. */
    private String whenAnswered(String scheme, String bytes) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                        int unused = socket.getInputStream().read(new byte[10_000]);
                        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            return Nodes.outcome(
                    nodes.authorizer(nodes.settings(List.of(scheme + "://127.0.0.1:" + server.getLocalPort())))
                            .authorize(Nodes.app()));
        }
    }

    @Test
    void statusThatIsNot200() {
        node.fault(exchange -> NodeDouble.send(exchange, 503, "busy"));
        assertDenied("provider_http_status", "HTTP status 503");
    }

    @Test
    void redirects() {
        try (NodeDouble other = new NodeDouble()) {
            node.fault(exchange -> {
                exchange.getResponseHeaders().add("Location", other.url());
                NodeDouble.send(exchange, 307, "");
            });
            assertDenied("provider_http_status", "HTTP status 307");
            assertThat(other.asked()).isEmpty();
        }
    }

    @Test
    void leavesAProviderAloneThatAsksForIt() {
        node.fault(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "30");
            NodeDouble.send(exchange, 429, "slow down");
        });
        OnchainAuthorizer authorizer = nodes.authorizer();
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("onchain.provider_rate_limited");
        node.fault(null);
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("onchain.provider_rate_limited");
        assertThat(node.asked()).isEmpty();
    }

    @Test
    void anOddRetryAfterDoesNotShutAProviderOut() {
        for (String odd : List.of("soon", "-1", "", "Fri, 31 Dec 1999 23:59:59 GMT")) {
            OnchainAuthorizer authorizer = nodes.authorizer();
            node.fault(exchange -> {
                exchange.getResponseHeaders().add("Retry-After", odd);
                NodeDouble.send(exchange, 429, "");
            });
            assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("onchain.provider_rate_limited");
            node.fault(null);
            assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
        }
    }

    @Test
    void aClockInTheFuture() {
        nodes.now(Instant.ofEpochSecond(NodeDouble.time(100) - 31));
        assertDenied("block_in_future", "which has not come yet");
        node.answers(
                "eth_getBlockByNumber",
                (params, data) -> Map.of("number", "0x64", "hash", node.hash(100), "timestamp", "0x7ffffffffffffff"));
        assertDenied("block_in_future");
    }

    @Test
    void anOldBlock() {
        nodes.now(Instant.ofEpochSecond(NodeDouble.time(100) + 30 * 60 + 1));
        Decision decision = decide();
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.stale");
        assertThat(Nodes.message(decision)).startsWith("chain reads are stale: finalized is block 100 of ");
    }

    @Test
    void aHeadThatGoesBack() {
        OnchainAuthorizer authorizer = nodes.authorizer();
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
        node.head(99);
        Decision decision = authorizer.authorize(Nodes.app());
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.head_went_back");
        assertThat(Nodes.message(decision)).contains("went back from block 100 to 99");
    }

    @Test
    void aFaultIsForgottenWhenItIsOver() {
        OnchainAuthorizer authorizer = nodes.authorizer();
        node.call((data, to) -> new NodeDouble.Failure(-32000, "try again", null));
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("onchain.provider_error");
        node.call((data, to) -> Encoded.verdict(true, ""));
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
    }

    @Test
    void answersInAnyOrderCount() {
        node.body(text -> {
            if (!text.startsWith("[")) {
                return text;
            }
            List<Object> answers = new java.util.ArrayList<>();
            NodeDouble.JSON.readTree(text).forEach(answers::add);
            java.util.Collections.reverse(answers);
            return NodeDouble.JSON.writeValueAsString(answers);
        });
        assertThat(Nodes.outcome(decide())).isEqualTo("allowed");
    }
}
