package dev.keywarden.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client's greeting before the handshake begins. A client that offers protocols by ALPN, but not HTTP/1.1, gets the
 * alert that says so (RFC 7301, section 3.2), as from the reference; BoringSSL's binding can't send it. Everyone else gets
 * the listener's TLS handler in this one's place.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class AlpnGate extends SslClientHelloHandler<Boolean> {
    private static final byte[] HTTP_1_1 = TlsEngine.HTTP_1_1.getBytes(StandardCharsets.US_ASCII);

    /** Record of type alert, TLS 1.2 on the wire, two bytes: fatal, no_application_protocol (120). */
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private static final int VERSION_AND_RANDOM = 34;
    private static final int EXTENSION_ALPN = 16;

    private final TlsContexts contexts;

    AlpnGate(TlsContexts contexts, int maxClientHelloBytes) {
        super(maxClientHelloBytes);
        this.contexts = contexts;
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello) {
        return ctx.executor().newSucceededFuture(clientHello == null || accepts(clientHello));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<Boolean> accepted) {
        if (accepted.isSuccess() && accepted.getNow()) {
            SslContext context = contexts.acquire();
            try {
                ctx.pipeline().replace(this, "tls", contexts.engine().handler(context, ctx.alloc()));
            } finally {
                ReferenceCountUtil.release(context);
            }
        } else {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Whether HTTP/1.1 is among the protocols offered, or none is; a greeting that ends early is left to the TLS engine. */
    static boolean accepts(ByteBuf hello) {
        try {
            int at = hello.readerIndex() + VERSION_AND_RANDOM;
            at += 1 + hello.getUnsignedByte(at); // session id
            at += 2 + hello.getUnsignedShort(at); // cipher suites
            at += 1 + hello.getUnsignedByte(at); // compression methods
            if (at >= hello.writerIndex()) {
                return true;
            }
            int end = at + 2 + hello.getUnsignedShort(at);
            at += 2;
            while (at < end) {
                int length = hello.getUnsignedShort(at + 2);
                if (hello.getUnsignedShort(at) == EXTENSION_ALPN) {
                    return offersHttp(hello, at + 4, at + 4 + length);
                }
                at += 4 + length;
            }
            return true;
        } catch (IndexOutOfBoundsException e) {
            return true;
        }
    }

    private static boolean offersHttp(ByteBuf hello, int start, int end) {
        int at = start + 2;
        while (at < end) {
            int length = hello.getUnsignedByte(at);
            if (isHttp(hello, at + 1, length)) {
                return true;
            }
            at += 1 + length;
        }
        return false;
    }

    private static boolean isHttp(ByteBuf hello, int at, int length) {
        if (length != HTTP_1_1.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (hello.getByte(at + i) != HTTP_1_1[i]) {
                return false;
            }
        }
        return true;
    }
}
