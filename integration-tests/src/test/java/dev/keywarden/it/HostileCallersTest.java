package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers who take what they can and give nothing: guests are served all the same, with the limits that a node has by default. */
@Tag("blackbox")
final class HostileCallersTest {
    private static final int IDLE = 10_000;
    private static final int UNFINISHED = 200;
    private static final int PIPELINED = 1_000;

    /** A record of a handshake that announces 512 bytes, and the first of them. */
    private static final byte[] BEGINNING_OF_A_HANDSHAKE = {22, 3, 1, 2, 0, 1};

    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode node;

    private final List<Socket> held = new ArrayList<>();

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        node = TestNode.start(
                new TestNode.Configuration(directory).webhook(webhook.url()).autoBootstrap(), "serving");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        webhook.close();
    }

    @AfterEach
    void release() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
        held.add(socket);
        return socket;
    }

    private static void othersAreServed() {
        assertThat(new Guest(Guest.APP_ID)
                        .takeKeys("https://localhost:" + node.port())
                        .getDiskCryptKey()
                        .size())
                .isEqualTo(32);
    }

    @Test
    void tenThousandIdleConnectionsKeepNobodyOut() throws IOException {
        for (int i = 0; i < IDLE; i++) {
            connect();
        }
        othersAreServed();
    }

    @Test
    void handshakesThatAreNeverFinishedKeepNobodyOut() throws IOException {
        for (int i = 0; i < UNFINISHED; i++) {
            connect().getOutputStream().write(BEGINNING_OF_A_HANDSHAKE);
        }
        othersAreServed();
    }

    @Test
    void headsThatAreNeverFinishedKeepNobodyOut() throws IOException {
        byte[] head = "GET /prpc/GetMeta HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < UNFINISHED; i++) {
            SSLSocket socket = RawTls.open(node.port(), null, "TLSv1.3", List.of("http/1.1"));
            held.add(socket);
            socket.getOutputStream().write(head);
        }
        othersAreServed();
    }

    @Test
    void aThousandPipelinedRequestsAreAnsweredAndKeepNobodyWaiting() throws IOException {
        SSLSocket greedy = RawTls.open(node.port(), null, "TLSv1.3", List.of("http/1.1"));
        held.add(greedy);
        byte[] all = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .repeat(PIPELINED)
                .getBytes(StandardCharsets.US_ASCII);
        Thread.ofVirtual().start(() -> {
            try {
                greedy.getOutputStream().write(all);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        othersAreServed();
        for (int i = 0; i < PIPELINED; i++) {
            assertThat(nextStatusLine(greedy.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    /** Reads past a whole answer of {@code OK}; returns its first line. */
    private static String nextStatusLine(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection was closed after: " + head);
            }
            head.append((char) next);
        }
        in.readNBytes("OK".length());
        return head.substring(0, head.indexOf("\r\n"));
    }
}
