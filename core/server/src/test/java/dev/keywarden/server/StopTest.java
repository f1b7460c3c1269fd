package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StopTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String FINISH = "GET /finish HTTP/1.1\r\n\r\n";
    private static final String BLOCK = "GET /prpc/Block HTTP/1.1\r\n\r\n";

    private final TestSite site = new TestSite();
    private KeywardenServer server;
    private Listener listener;

    @BeforeEach
    void start() throws IOException {
        server =
                KeywardenServer.start(TestSite.patientLimits(), InstantSource.system(), TlsProvider.NATIVE_IF_POSSIBLE);
        listener = server.listen(
                ANY, site.site(), TestCertificates.named("kms.test").tls());
    }

    @AfterEach
    void stop() {
        site.gate.countDown();
        server.close();
    }

    @Test
    void letsRequestsInFlightFinish() throws Exception {
        try (RawClient idle = RawClient.tls(listener.address());
                RawClient busy = RawClient.tls(listener.address())) {
            idle.send(FINISH).receive();
            busy.send(BLOCK);
            site.blocked.await();

            CompletableFuture<Void> stopped = listener.stop(LONG);

            assertThat(idle.isAtEnd()).isTrue();
            assertThat(stopped).isNotDone();
            site.gate.countDown();
            RawClient.Response response = busy.receive();
            assertThat(response.text()).isEqualTo("null");
            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(busy.isAtEnd()).isTrue();
            stopped.get(2, TimeUnit.MINUTES);
        }
    }

    @Test
    void acceptsNoMore() {
        InetSocketAddress address = listener.address();
        listener.stop(LONG).join();

        assertThatThrownBy(() -> RawClient.plain(address)).isInstanceOf(ConnectException.class);
    }

    @Test
    void cutsWhatTakesTooLong() throws Exception {
        try (RawClient busy = RawClient.tls(listener.address())) {
            busy.send(BLOCK);
            site.blocked.await();

            listener.stop(Duration.ofMillis(50)).get(2, TimeUnit.MINUTES);

            busy.drain();
        }
    }

    @Test
    void leavesThePortToAnother() throws IOException {
        try (RawClient client = RawClient.tls(listener.address())) {
            client.send(FINISH).receive();
            listener.stop(LONG).join();

            Listener next = server.listen(listener.address(), site.site());
            try (RawClient other = RawClient.plain(next.address())) {
                assertThat(other.send(FINISH).receive().text()).isEqualTo("OK");
            }
        }
    }

    @Test
    void mayBeAskedTwiceAndFromAHandler() throws Exception {
        CompletableFuture<CompletableFuture<Void>> stopping = new CompletableFuture<>();
        Site site = Site.builder()
                .page("/stop", () -> {
                    assertThat(listener.stop(LONG)).isNotDone();
                    stopping.complete(listener.stop(Duration.ZERO));
                    return Page.text("OK");
                })
                .build();
        listener = server.listen(ANY, site);
        try (RawClient client = RawClient.plain(listener.address())) {
            assertThat(client.send("GET /stop HTTP/1.1\r\n\r\n").receive().text())
                    .isEqualTo("OK");
            assertThat(client.isAtEnd()).isTrue();
        }

        stopping.get(2, TimeUnit.MINUTES).get(2, TimeUnit.MINUTES);
    }

    @Test
    void interruptsHandlersWhenTheServerIsClosed() throws Exception {
        try (RawClient busy = RawClient.tls(listener.address())) {
            busy.send(BLOCK);
            site.blocked.await();

            server.close();

            busy.drain();
        }
    }

    @Test
    void saysThatAPortIsTaken() {
        assertThatThrownBy(() -> server.listen(listener.address(), site.site()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Can't listen on")
                .hasMessageContaining("Stop what uses the address");
    }
}
