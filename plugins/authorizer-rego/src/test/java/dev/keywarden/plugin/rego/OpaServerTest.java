package dev.keywarden.plugin.rego;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Decision;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server of OPA may answer, or fail to. */
final class OpaServerTest {
    private static final String ALLOW = "{\"decision_id\": \"d-1\", \"result\": {\"allow\": true}}";

    private final Path folder;
    private final FakeHttp server = new FakeHttp();

    OpaServerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Rego open() {
        return Rego.open(Settings.server(server.url()).timeout(Duration.ofMillis(500)), folder);
    }

    @Test
    void asksForTheEntryPointAndRecordsTheDecisionId() {
        server.doing(exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            boolean good = exchange.getRequestURI().getPath().equals("/v1/data/keywarden/decision")
                    && exchange.getRequestMethod().equals("POST")
                    && body.startsWith("{\"input\":{\"version\":1,\"gate\":\"rpc\"");
            FakeHttp.send(exchange, good ? 200 : 400, ALLOW.getBytes(UTF_8), null);
        });
        try (Rego rego = open()) {
            assertThat(rego.decide("r", Rego.LISTED_APP))
                    .isInstanceOfSatisfying(Decision.Allow.class, allow -> assertThat(allow.evidence())
                            .containsEntry("decision_id", "d-1")
                            .containsEntry("opa", server.url()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "200 | {} | says nothing about this question (rego.undefined)",
                "200 | {\"decision_id\": \"d\"} | says nothing about this question (rego.undefined)",
                "200 | {\"result\": {}} | has no allow that is true or false (rego.bad_result)",
                "200 | {\"result\": true} | is no object (rego.bad_result)",
                "200 | [] | gave an answer that is no object (rego.server_failed)",
                "200 | <html> | gave an answer that is no JSON",
                "200 | {\"result\": {\"allow\": true | gave an answer that is no JSON",
                "500 | {\"result\": {\"allow\": true}} | answered with status 500 (rego.server_failed)",
                "404 | x | answered with status 404 (rego.server_failed)",
                "302 | x | answered with status 302 (rego.server_failed)",
            })
    void deniesWhatIsNoAnswer(int status, String body, String problem) {
        server.doing(exchange -> FakeHttp.send(exchange, status, body.getBytes(UTF_8), null));
        try (Rego rego = open()) {
            assertThat(rego.ask()).contains(problem);
        }
    }

    @Test
    void deniesAnAnswerWithoutEnd() {
        server.doing(exchange -> FakeHttp.send(exchange, 200, new byte[1 << 20], null));
        try (Rego rego = open()) {
            assertThat(rego.ask()).contains("longer than 262144 bytes").endsWith("(rego.server_failed)");
        }
    }

    @Test
    void deniesWhenTheServerHangs() {
        CountDownLatch release = new CountDownLatch(1);
        server.doing(exchange -> release.await());
        try (Rego rego = open()) {
            assertThat(rego.ask()).endsWith("gave no answer: no whole answer within 500 ms (rego.server_failed)");
        } finally {
            release.countDown();
        }
    }

    @Test
    void goesOnAfterTheServerWasRestarted() {
        server.doing(exchange -> FakeHttp.send(exchange, 200, ALLOW.getBytes(UTF_8), null));
        try (Rego rego = open()) {
            assertThat(rego.ask()).startsWith("allow");
            int port = server.port();
            server.close();
            assertThat(rego.ask()).endsWith("(rego.server_failed)");
            try (FakeHttp again = new FakeHttp(port)) {
                again.doing(exchange -> FakeHttp.send(exchange, 200, ALLOW.getBytes(UTF_8), null));
                Await.until("the restarted server", () -> rego.ask().startsWith("allow"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "HTTP/1.0 200 OK#Content-Length: 49##{\"decision_id\": \"d-1\", \"result\": {\"allow\": true}}   | allow",
                "HTTP/1.1 200 OK##{\"result\": {\"allow\": true}} | allow",
                "HTTP/1.1 200 OK#Content-Length: 99##{\"result\": {\"allow\": true}} | was closed before the answer was complete",
                "HTTP/1.1 500 Oh##{\"result\": {\"allow\": true}} | answered with status 500",
                "HELLO##x | the answer is no HTTP",
                "HTTP/1.1 200 OK | the answer is no HTTP",
            })
    void asksThroughAUnixSocket(String answer, String outcome) throws Exception {
        Path socket = folder.resolve("opa.sock");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> answer(listening, answer.replace("#", "\r\n")));
            try (Rego rego = Rego.open(Settings.server("unix://" + socket).timeout(Duration.ofSeconds(5)), folder)) {
                assertThat(rego.ask()).contains(outcome);
            }
        }
    }

    private static void answer(ServerSocketChannel listening, String answer) {
        try (SocketChannel channel = listening.accept()) {
            channel.read(ByteBuffer.allocate(1 << 16));
            channel.write(ByteBuffer.wrap(answer.getBytes(UTF_8)));
        } catch (IOException e) {
            // The asker went away.
        }
    }

    @Test
    void deniesWhenNobodyListensOnTheSocketOrSaysAnything() throws Exception {
        Path socket = folder.resolve("opa.sock");
        try (Rego rego = Rego.open(Settings.server("unix://" + socket).timeout(Duration.ofMillis(300)), folder)) {
            assertThat(rego.ask()).endsWith("gave no answer: no connection (rego.server_failed)");
            try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listening.bind(UnixDomainSocketAddress.of(socket));
                assertThat(rego.ask()).contains("no whole answer within 300 ms");
            }
        }
    }
}
