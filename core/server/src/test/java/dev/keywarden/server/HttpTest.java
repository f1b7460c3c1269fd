package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP clients do and don't do, over real sockets. Requests are those recorded with the reference where it has them. */
final class HttpTest {
    private static final int LIMIT = 10 * 1024 * 1024;
    private static final String APP = "{\"app_id\":\"1111111111111111111111111111111111111111\"}";
    private static final String ECHO = "POST /prpc/Echo?json HTTP/1.1\r\nHost: x\r\n";
    private static final String TOO_LARGE = "{\n  \"error\": \"failed to read data: payload too large\"\n}";

    private final TestSite site = new TestSite();
    private KeywardenServer server;
    private Listener listener;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        server = KeywardenServer.start(
                TestSite.patientLimits(),
                InstantSource.fixed(Instant.parse("2026-11-23T16:30:17.9Z")),
                TlsProvider.NATIVE_IF_POSSIBLE);
        listener = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), site.site());
        client = RawClient.plain(listener.address());
    }

    @AfterEach
    void stop() throws IOException {
        site.gate.countDown();
        client.close();
        server.close();
    }

    @Test
    void sendsTheHeadersOfTheReferenceInItsOrder() throws IOException {
        RawClient.Response response =
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").receive();

        assertThat(response.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(response.headers().toString())
                .isEqualTo("{content-type=text/html; charset=utf-8, server=Keywarden, x-frame-options=SAMEORIGIN, "
                        + "x-content-type-options=nosniff, permissions-policy=interest-cohort=(), "
                        + "x-app-version=v0.1.0 (git:0123456789abcdef0123), content-length=11, "
                        + "date=Mon, 23 Nov 2026 16:30:17 GMT}");
        assertThat(response.text()).isEqualTo("<p>home</p>");
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1, 200, text/html; charset=utf-8",
        "GET /finish HTTP/1.1, 200, text/plain; charset=utf-8",
        "GET /nope HTTP/1.1, 404, text/html; charset=utf-8",
        "GET /prpc HTTP/1.1, 404, text/html; charset=utf-8",
        "GET /prpc/ HTTP/1.1, 422, text/html; charset=utf-8",
        "TRACE /prpc/Echo HTTP/1.1, 404, text/html; charset=utf-8",
        "GET /broken HTTP/1.1, 500, text/html; charset=utf-8",
        "GET /prpc/Echo HTTP/1.1, 200, application/json",
        "POST /prpc/Echo HTTP/1.1, 200, application/octet-stream",
        "POST /prpc/Foo HTTP/1.1, 400, application/octet-stream",
        "GET /prpc/Defect HTTP/1.1, 400, application/json",
    })
    void answersAndGoesOn(String line, int status, String contentType) throws IOException {
        for (int i = 0; i < 3; i++) {
            RawClient.Response response = client.send(line + "\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
                    .receive();

            assertThat(response.status()).isEqualTo(status);
            assertThat(response.header("content-type")).isEqualTo(contentType);
            assertThat(response.header("x-app-version")).isEqualTo(TestSite.VERSION);
            assertThat(response.text()).doesNotContain("secret detail", "Exception");
        }
    }

    @Test
    void prefersJsonForItsPagesWhereTheClientDoes() throws IOException {
        RawClient.Response response = client.send("GET /nope HTTP/1.1\r\nAccept: application/json\r\n\r\n")
                .receive();

        assertThat(response.header("content-type")).isEqualTo("application/json");
        assertThat(response.text()).contains("\"code\": 404");
    }

    @Test
    void answersHeadWithTheLengthAlone() throws IOException {
        RawClient.Response head =
                client.send("HEAD /finish HTTP/1.1\r\nHost: x\r\n\r\n").receiveHead();
        assertThat(head.header("content-length")).isEqualTo("2");

        RawClient.Response method =
                client.send("HEAD /prpc/Echo HTTP/1.1\r\nHost: x\r\n\r\n").receiveHead();
        assertThat(method.header("content-type")).isEqualTo("application/json");
        assertThat(method.header("content-length")).isEqualTo("64");

        assertThat(client.send("GET /finish HTTP/1.1\r\nHost: x\r\n\r\n")
                        .receive()
                        .text())
                .isEqualTo("OK");
    }

    @Test
    void invitesTheBodyOfWhoAsks() throws IOException {
        client.send(ECHO + "Expect: 100-continue\r\nContent-Length: 53\r\n\r\n");
        assertThat(client.receiveHead().statusLine()).isEqualTo("HTTP/1.1 100 Continue");

        assertThat(client.send(APP).receive().text()).contains("1111");
    }

    @Test
    void refusesALargeBodyInsteadOfInvitingIt() throws IOException {
        client.send(ECHO + "Expect: 100-continue\r\nContent-Length: " + (LIMIT + 1) + "\r\n\r\n");

        RawClient.Response response = client.receive();
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo(TOO_LARGE);
        assertThat(client.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "35\r\n" + APP + "\r\n0\r\n\r\n",
                "35;ext=1\r\n" + APP + "\r\n0\r\nTrailer: x\r\n\r\n",
                "1\r\n{\r\n34\r\n\"app_id\":\"1111111111111111111111111111111111111111\"}\r\n0\r\n\r\n",
            })
    void readsChunks(String body) throws IOException {
        client.send(ECHO + "Transfer-Encoding: chunked\r\n\r\n" + body);

        assertThat(client.receive().text()).contains("\"public_key\":\"1111");
        assertThat(client.send("GET /finish HTTP/1.1\r\n\r\n").receive().text()).isEqualTo("OK");
    }

    @Test
    void closesBehindHttp10() throws IOException {
        RawClient.Response response = client.send("POST /prpc/Echo?json HTTP/1.0\r\nContent-Length: 53\r\n\r\n" + APP)
                .receive();

        assertThat(response.statusLine()).isEqualTo("HTTP/1.0 200 OK");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void keepsHttp10OpenForWhoAsks() throws IOException {
        for (int i = 0; i < 2; i++) {
            RawClient.Response response = client.send(
                            "POST /prpc/Echo?json HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 53\r\n\r\n"
                                    + APP)
                    .receive();

            assertThat(response.statusLine()).isEqualTo("HTTP/1.0 200 OK");
            assertThat(response.header("connection")).isEqualTo("keep-alive");
        }
    }

    @Test
    void closesForWhoAsks() throws IOException {
        RawClient.Response response =
                client.send("GET /finish HTTP/1.1\r\nConnection: close\r\n\r\n").receive();

        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void takesAbsoluteTargetsAndDoubleSlashes() throws IOException {
        assertThat(client.send("POST https://x/prpc/Echo?json HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
                        .receive()
                        .status())
                .isEqualTo(200);
        assertThat(client.send("POST //prpc/Echo?json HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
                        .receive()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answersInTheOrderOfTheRequests() throws IOException {
        StringBuilder pipelined = new StringBuilder();
        for (int i = 100; i < 400; i++) {
            pipelined.append(
                    i % 3 == 0
                            ? "GET /finish HTTP/1.1\r\n\r\n"
                            : i % 3 == 1
                                    ? "GET /nope HTTP/1.1\r\n\r\n"
                                    : ECHO + "Content-Length: 17\r\n\r\n{\"app_id\":\"0" + i + "\"}");
        }
        client.send(pipelined.toString());

        for (int i = 100; i < 400; i++) {
            RawClient.Response response = client.receive();
            switch (i % 3) {
                case 0 -> assertThat(response.text()).isEqualTo("OK");
                case 1 -> assertThat(response.status()).isEqualTo(404);
                default -> assertThat(response.text()).contains("\"public_key\":\"0" + i + "\"");
            }
        }
    }

    @Test
    void keepsAnswersInOrderWhileOneTakesItsTime() throws Exception {
        client.send("GET /prpc/Block HTTP/1.1\r\n\r\n" + "GET /finish HTTP/1.1\r\n\r\n".repeat(5000));
        site.blocked.await();
        site.gate.countDown();

        assertThat(client.receive().text()).isEqualTo("null");
        for (int i = 0; i < 5000; i++) {
            assertThat(client.receive().text()).isEqualTo("OK");
        }
    }

    @Test
    void readsARequestThatArrivesByteByByte() throws IOException {
        for (byte b : (ECHO + "Content-Length: 53\r\n\r\n" + APP).getBytes(StandardCharsets.UTF_8)) {
            client.send(new byte[] {b});
        }

        assertThat(client.receive().text()).contains("\"public_key\":\"1111");
    }

    @Test
    void takesABodyOfExactlyTheLimit() throws IOException {
        String frame = "{\"vm_config\":\"\"}";
        String body = "{\"vm_config\":\"" + "x".repeat(LIMIT - frame.length()) + "\"}";
        client.send("POST /prpc/Length?json HTTP/1.1\r\nContent-Length: " + LIMIT + "\r\n\r\n" + body);

        assertThat(client.receive().text()).contains("\"timestamp\":" + (LIMIT - frame.length()));
        assertThat(client.send("GET /finish HTTP/1.1\r\n\r\n").receive().text()).isEqualTo("OK");
    }

    @ParameterizedTest
    @CsvSource({
        "/prpc/Echo?json, application/json",
        "/prpc/Echo, application/octet-stream",
        "/prpc/Unknown, application/octet-stream",
    })
    void refusesABodyOverTheLimitAndLetsTheClientFindTheAnswer(String target, String contentType) throws IOException {
        client.send("POST " + target + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + (LIMIT + 1)
                + "\r\n\r\n");
        client.send(new byte[LIMIT + 1]);

        RawClient.Response response = client.receive();
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("content-type")).isEqualTo(contentType);
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(response.text()).contains("failed to read data: payload too large");
        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void refusesChunksThatAddUpToTooMuch() throws IOException {
        client.send(ECHO + "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 11; i++) {
            client.send("100000\r\n").send(new byte[0x100000]).send("\r\n");
        }
        client.send("0\r\n\r\n");

        assertThat(client.receive().text()).isEqualTo(TOO_LARGE);
        assertThat(client.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|400",
                "GET|400",
                "GET / HTTP/2.0|505",
                "PRI * HTTP/2.0|505",
                "GET / HTTP/1.1\\nBad Header: x|400",
                "GET / HTTP/1.1\\n: x|400",
                "POST /prpc/Echo HTTP/1.1\\nContent-Length: -1|400",
                "POST /prpc/Echo HTTP/1.1\\nContent-Length: x|400",
                "POST /prpc/Echo HTTP/1.1\\nContent-Length: 1\\nContent-Length: 2|400",
                "POST /prpc/Echo HTTP/1.1\\nContent-Length: 99999999999999999999|400",
            })
    void refusesWhatIsNotHttp(String request, int status) throws IOException {
        client.send(request.replace("\\n", "\r\n") + "\r\n\r\n");

        RawClient.Response response = client.receive();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(client.isAtEnd()).isTrue();
        assertStillServes();
    }

    @Test
    void refusesAMalformedChunk() throws IOException {
        client.send(ECHO + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n");

        RawClient.Response response = client.receive();
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).contains("failed to read data: malformed request body");
        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void refusesARequestLineAndHeadersWithoutEnd() throws IOException {
        client.send("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\n\r\n");
        assertThat(client.receive().status()).isEqualTo(414);
        assertThat(client.isAtEnd()).isTrue();

        try (RawClient other = RawClient.plain(listener.address())) {
            other.send("GET / HTTP/1.1\r\nX: " + "a".repeat(40_000) + "\r\n\r\n");
            assertThat(other.receive().status()).isEqualTo(431);
            assertThat(other.isAtEnd()).isTrue();
        }
    }

    @Test
    void survivesClientsThatLeave() throws Exception {
        client.send("GET /prpc/Block HTTP/1.1\r\n\r\n");
        site.blocked.await();
        client.close();
        try (RawClient other = RawClient.plain(listener.address())) {
            other.send(ECHO + "Content-Length: 100\r\n\r\n{");
        }
        site.gate.countDown();

        assertStillServes();
    }

    private void assertStillServes() throws IOException {
        try (RawClient other = RawClient.plain(listener.address())) {
            assertThat(other.send("GET /finish HTTP/1.1\r\n\r\n").receive().text())
                    .isEqualTo("OK");
        }
    }
}
