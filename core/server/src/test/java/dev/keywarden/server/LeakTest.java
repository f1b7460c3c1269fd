package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Garbage and clients that leave in the middle, with every buffer watched. What is leaked is reported when it is collected and
 * the next buffer is made.
 */
final class LeakTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void runsWithEveryBufferWatched() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    @ParameterizedTest
    @EnumSource
    void leaksNothingAndLogsNothing(TlsProvider provider) throws IOException {
        try (LogCapture log = new LogCapture();
                KeywardenServer server =
                        KeywardenServer.start(TestSite.patientLimits(), InstantSource.system(), provider)) {
            Listener plain = server.listen(ANY, new TestSite().site());
            Listener tls = server.listen(
                    ANY,
                    new TestSite().site(),
                    TestCertificates.named("kms.test").tls());
            for (byte[] garbage : Garbage.all()) {
                leaveBehind(tls, garbage);
                leaveBehind(plain, garbage);
            }
            for (int i = 0; i < 20; i++) {
                leaveInTheMiddle(tls, i);
            }
            for (int i = 0; i < 30; i++) {
                if (i % 5 == 0) {
                    System.gc();
                }
                try (RawClient client = RawClient.tls(tls.address())) {
                    client.send("GET /finish HTTP/1.1\r\n\r\n").receive();
                }
            }

            assertThat(log.lines).isEmpty();
        }
    }

    private static void leaveBehind(Listener listener, byte[] garbage) throws IOException {
        try (RawClient client = RawClient.plain(listener.address())) {
            client.send(garbage);
        }
    }

    private static void leaveInTheMiddle(Listener listener, int variant) throws IOException {
        try (RawClient client = RawClient.tls(listener.address())) {
            client.send(
                    switch (variant % 4) {
                        case 0 -> "POST /prpc/Echo HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc";
                        case 1 -> "POST /prpc/Echo HTTP/1.1\r\nHost";
                        case 2 -> "GET /finish HTTP/1.1\r\n\r\n".repeat(100);
                        default -> "POST /prpc/Echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
                    });
        }
    }

    /** Everything logged at INFO or above, by whomever. */
    private static final class LogCapture extends Handler implements AutoCloseable {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Logger root = Logger.getLogger("");

        LogCapture() {
            setLevel(Level.INFO);
            root.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLoggerName() + ": " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            root.removeHandler(this);
        }
    }
}
