package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow and greedy clients. Waiting is for what the server does; no test measures how long that took. */
final class LimitsTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String FINISH = "GET /finish HTTP/1.1\r\n\r\n";

    private final TestSite site = new TestSite();
    private final List<RawClient> clients = new ArrayList<>();
    private @Nullable KeywardenServer server;

    /** Limits that never bite, each to be replaced by one that does. */
    private int connections = 100;

    private int inFlight = 100;
    private Duration queueing = LONG;
    private Duration handshake = LONG;
    private Duration firstRequest = LONG;
    private Duration head = LONG;
    private Duration body = LONG;
    private Duration write = LONG;
    private Duration idle = LONG;
    private Duration linger = LONG;
    private long bufferedBytes = 1024 * 1024;

    @AfterEach
    void stop() throws IOException {
        site.gate.countDown();
        for (RawClient client : clients) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void closesAConnectionThatNeverAsksAnything() throws IOException {
        firstRequest = SHORT;

        assertThat(connect().isAtEnd()).isTrue();
    }

    @Test
    void closesAConnectionThatIsIdleAfterAnAnswer() throws IOException {
        idle = SHORT;
        RawClient client = connect();
        assertThat(client.send(FINISH).receive().text()).isEqualTo("OK");

        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void givesUpOnAHeadThatDoesNotEnd() throws IOException {
        head = SHORT;
        RawClient client = connect().send("GET /finish HTTP/1.1\r\nHost:");

        assertThat(client.receive().status()).isEqualTo(408);
        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void givesUpOnABodyThatDoesNotEnd() throws IOException {
        body = SHORT;
        RawClient client = connect().send("POST /prpc/Echo?json HTTP/1.1\r\nContent-Length: 100\r\n\r\n{");

        RawClient.Response response = client.receive();
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).contains("failed to read data: the request body did not arrive in time");
        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void givesUpOnAHandshakeThatDoesNotEnd() throws IOException {
        handshake = SHORT;
        TlsListener listener = start().listen(
                        ANY, site.site(), TestCertificates.named("kms.test").tls());
        RawClient client = keep(RawClient.plain(listener.address()));

        client.send(new byte[] {22, 3, 1}).drain();
    }

    @Test
    void givesUpOnAClientThatDoesNotTakeItsAnswer() throws IOException {
        write = SHORT;
        connections = 1;
        Listener listener = start().listen(ANY, site.site());
        RawClient slow = keep(RawClient.plain(listener.address()));
        slow.send("GET /prpc/Large?api_version=20000000 HTTP/1.1\r\n\r\n");
        assertThat(slow.receiveHead().status()).isEqualTo(200);

        // Its place is taken until the server cuts it.
        awaitServed(listener);
    }

    private static void awaitServed(Listener listener) {
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            while (!isServed(listener)) {
                Thread.onSpinWait();
            }
        });
    }

    private static boolean isServed(Listener listener) throws IOException {
        try (RawClient client = RawClient.plain(listener.address())) {
            return client.send(FINISH).receive().text().equals("OK");
        } catch (SocketException | EOFException e) {
            return false;
        }
    }

    @Test
    void givesUpOnAClientThatGoesOnSendingAfterItWasRefused() throws IOException {
        linger = SHORT;
        RawClient client = connect().send("POST /prpc/Echo?json HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n");
        assertThat(client.receive().status()).isEqualTo(400);
        assertThat(client.isAtEnd()).isTrue();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        client.send(new byte[64 * 1024]);
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void closesConnectionsBeyondItsLimitWhileAllAreBusy() throws Exception {
        connections = 1;
        Listener listener = start().listen(ANY, site.site());
        RawClient busy = keep(RawClient.plain(listener.address())).send("GET /prpc/Block HTTP/1.1\r\n\r\n");
        site.blocked.await();

        keep(RawClient.plain(listener.address())).drain();

        site.gate.countDown();
        assertThat(busy.receive().text()).isEqualTo("null");
        awaitServed(listener);
    }

    @Test
    void givesThePlaceOfTheConnectionThatWaitsLongestToANewOne() throws IOException {
        connections = 2;
        Listener listener = start().listen(ANY, site.site());
        RawClient first = keep(RawClient.plain(listener.address()));
        assertThat(first.send(FINISH).receive().text()).isEqualTo("OK");
        RawClient second = keep(RawClient.plain(listener.address()));
        assertThat(second.send(FINISH).receive().text()).isEqualTo("OK");
        // Now the second has waited longer.
        assertThat(first.send(FINISH).receive().text()).isEqualTo("OK");

        RawClient third = keep(RawClient.plain(listener.address()));
        assertThat(third.send(FINISH).receive().text()).isEqualTo("OK");
        assertThat(second.isAtEnd()).isTrue();
        assertThat(first.send(FINISH).receive().text()).isEqualTo("OK");
    }

    @Test
    void aHeadThatNeverEndsKeepsNobodyOut() throws IOException {
        connections = 1;
        Listener listener = start().listen(ANY, site.site());
        RawClient halfway = keep(RawClient.plain(listener.address())).send("GET /finish HTTP/1.1\r\nHost:");

        awaitServed(listener);
        assertThat(halfway.isCut()).isTrue();
    }

    @Test
    void refusesARequestThatGetsNoTurn() throws Exception {
        inFlight = 1;
        queueing = SHORT;
        Listener listener = start().listen(ANY, site.site());
        RawClient busy = keep(RawClient.plain(listener.address())).send("GET /prpc/Block HTTP/1.1\r\n\r\n");
        site.blocked.await();

        RawClient waiting = keep(RawClient.plain(listener.address()));
        assertThat(waiting.send(FINISH).receive().status()).isEqualTo(503);

        site.gate.countDown();
        assertThat(busy.receive().text()).isEqualTo("null");
        assertThat(waiting.send(FINISH).receive().text()).isEqualTo("OK");
    }

    @Test
    void holdsOnlySoManyLargeBodiesAndGivesTheMemoryBack() throws IOException {
        bufferedBytes = 500_000;
        Listener listener = start().listen(ANY, site.site());
        for (int i = 0; i < 5; i++) {
            RawClient greedy = keep(RawClient.plain(listener.address())).send(lengthOf(900_000));
            RawClient.Response refusal = greedy.receive();
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.text()).contains("failed to read data: too many large requests");

            RawClient modest = keep(RawClient.plain(listener.address()));
            assertThat(modest.send(lengthOf(200_000)).receive().text()).contains("\"timestamp\":200000,");
        }
    }

    private static String lengthOf(int size) {
        return "POST /prpc/Length?json HTTP/1.1\r\nContent-Length: %d\r\n\r\n{\"vm_config\":\"%s\"}"
                .formatted(size + 16, "x".repeat(size));
    }

    @Test
    void refusesLimitsThatWouldStopEverything() {
        connections = 0;

        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connections is 0");
        connections = 1;
        start();
    }

    private RawClient connect() throws IOException {
        return keep(RawClient.plain(start().listen(ANY, site.site()).address()));
    }

    private RawClient keep(RawClient client) {
        clients.add(client);
        return client;
    }

    private KeywardenServer start() {
        ServerLimits defaults = ServerLimits.defaults();
        KeywardenServer started = KeywardenServer.start(
                new ServerLimits(
                        connections,
                        inFlight,
                        queueing,
                        handshake,
                        firstRequest,
                        head,
                        body,
                        write,
                        idle,
                        linger,
                        defaults.requestLineBytes(),
                        defaults.headerBytes(),
                        defaults.bodyBytes(),
                        bufferedBytes,
                        defaults.clientHelloBytes(),
                        defaults.certificateChainBytes()),
                InstantSource.system(),
                TlsProvider.NATIVE_IF_POSSIBLE);
        server = started;
        return started;
    }
}
