package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/** Over greetings that the JDK's client makes. */
final class AlpnGateTest {
    private static final int RECORD_AND_HANDSHAKE_HEADER = 9;

    @Test
    void acceptsWhoOffersHttpOrNothing() throws Exception {
        assertThat(AlpnGate.accepts(greeting())).isTrue();
        assertThat(AlpnGate.accepts(greeting("http/1.1"))).isTrue();
        assertThat(AlpnGate.accepts(greeting("h2", "http/1.1"))).isTrue();
        assertThat(AlpnGate.accepts(greeting("x", "http/1.1", "y"))).isTrue();
    }

    @Test
    void refusesWhoOffersSomethingElseOnly() throws Exception {
        assertThat(AlpnGate.accepts(greeting("h2"))).isFalse();
        assertThat(AlpnGate.accepts(greeting("h2", "http/1.0", "http/1.12", "HTTP/1.1")))
                .isFalse();
    }

    @Test
    void leavesEveryTruncationToTheEngine() throws Exception {
        ByteBuf whole = greeting("http/1.1");
        for (int length = 0; length < whole.readableBytes(); length++) {
            assertThat(AlpnGate.accepts(whole.copy(0, length))).isTrue();
        }
    }

    private static ByteBuf greeting(String... protocols) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        record.flip().position(RECORD_AND_HANDSHAKE_HEADER);
        return Unpooled.wrappedBuffer(record.slice());
    }
}
