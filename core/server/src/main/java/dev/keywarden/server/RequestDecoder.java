package dev.keywarden.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes HTTP/1.x requests apart, one at a time: behind the end of each it stops until {@link #resume()}. So answers go out in
 * the order of the requests without any bookkeeping, and what a client sends ahead stays undecoded bytes, of which it gets to
 * send {@link #MAX_AHEAD_BYTES} before its socket is no longer read.
 */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int MAX_AHEAD_BYTES = 64 * 1024;

    private final Runnable bytesArrived;
    private @Nullable ChannelHandlerContext context;
    private boolean paused;
    private boolean discarding;

    /**
     * A decoder for one connection.
     *
     * @param bytesArrived told whenever bytes of a request come in, also while its head is incomplete
     */
    RequestDecoder(ServerLimits limits, Runnable bytesArrived) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setMaxHeaderSize(limits.headerBytes()));
        this.bytesArrived = bytesArrived;
    }

    /** The answer to the last request is on its way: go on with the next. */
    void resume() {
        paused = false;
        if (context == null || context.isRemoved()) {
            return;
        }
        if (!context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(true);
        }
        if (internalBuffer().isReadable()) {
            try {
                channelRead(context, Unpooled.EMPTY_BUFFER);
            } catch (Exception e) {
                context.fireExceptionCaught(e);
            }
        }
    }

    /** Whether something came in behind the last request. */
    boolean hasBytesAhead() {
        return internalBuffer().isReadable();
    }

    /** Nothing more will be answered: drop whatever comes. */
    void discard() {
        discarding = true;
        if (context != null) {
            context.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (discarding) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (!paused) {
            bytesArrived.run();
        }
        super.channelRead(ctx, message);
        if (paused && actualReadableBytes() > MAX_AHEAD_BYTES) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (paused) {
            // The inherited method would ask for more.
            discardSomeReadBytes();
            ctx.fireChannelReadComplete();
        } else {
            super.channelReadComplete(ctx);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out) throws Exception {
        if (paused) {
            return;
        }
        super.decode(ctx, bytes, out);
        paused = !out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent;
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out) throws Exception {
        if (!paused) {
            super.decodeLast(ctx, bytes, out);
        }
    }
}
