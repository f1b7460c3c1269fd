package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a site's guard refuses never reaches the site, whatever it is. */
final class RequestGuardTest {
    private static final String LET_IN = "x-token: open\r\n";

    private final TestSite served = new TestSite();
    private final KeywardenServer server =
            KeywardenServer.start(ServerLimits.defaults(), InstantSource.system(), TlsProvider.JDK);
    private RawClient client;

    @BeforeEach
    void listen() throws IOException {
        Site site = Site.builder()
                .prpc(served.service())
                .page("/finish", () -> Page.text("OK"))
                .guard(headers -> switch (headers.apply("X-Token")) {
                    case "open" -> Optional.empty();
                    case "broken" -> throw new IOException("the guard's own trouble");
                    default -> Optional.of(new Page(401, "text/plain", "").withHeader("WWW-Authenticate", "Basic"));
                })
                .build();
        Listener listener = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), site);
        client = RawClient.plain(listener.address());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /finish",
                "GET /prpc/Echo",
                "POST /prpc/Echo?json",
                "GET /nowhere",
                "OPTIONS /",
                "PATCH /finish",
                "GET http://elsewhere/finish",
            })
    void refusesEveryPath(String request) throws IOException {
        RawClient.Response response =
                client.send(request + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n").receive();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("www-authenticate")).isEqualTo("Basic");
        assertThat(response.text()).isEmpty();
    }

    @Test
    void letsOthersInOnTheSameConnection() throws IOException {
        assertThat(client.send("GET /finish HTTP/1.1\r\n\r\n").receive().status())
                .isEqualTo(401);
        RawClient.Response response =
                client.send("GET /finish HTTP/1.1\r\n" + LET_IN + "\r\n").receive();

        assertThat(response.text()).isEqualTo("OK");
        assertThat(response.headers()).doesNotContainKey("www-authenticate");
        assertThat(client.send("GET /nowhere HTTP/1.1\r\n" + LET_IN + "\r\n")
                        .receive()
                        .status())
                .isEqualTo(404);
    }

    @Test
    void refusesWhatIsNotHttpToo() throws IOException {
        assertThat(client.send("nonsense\r\n\r\n").receive().status()).isEqualTo(401);
        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void answersNothingIfTheGuardFails() throws IOException {
        RawClient.Response response =
                client.send("GET /finish HTTP/1.1\r\nX-Token: broken\r\n\r\n").receive();

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).doesNotContain("trouble");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\nb", "\u0000", "\u00e9"})
    void takesNoHeaderThatWouldBeMore(String value) {
        assertThatThrownBy(() -> Page.text("OK").withHeader("X-Note", value))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Page.text("OK").withHeader("X:" + value, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
