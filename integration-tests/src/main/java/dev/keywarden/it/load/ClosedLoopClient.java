package dev.keywarden.it.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** One client that asks again as soon as it was answered. Lives on one event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class ClosedLoopClient {
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;

    /** After a failure, so that a node that refuses at once isn't flooded by the generator. */
    private static final long RETRY_MILLIS = 10;

    private final Bootstrap bootstrap;
    private final URI node;
    private final Rpc rpc;
    private final boolean keepConnection;
    private final Iterator<SslContext> identities;
    private final Iterator<String> bodies;
    private final Measurement measurement;
    private boolean stopped;
    private long startedNanos;

    /**
     * @param identities endless; each new connection takes the next
     * @param bodies endless; each request takes the next
     */
    ClosedLoopClient(
            Bootstrap bootstrap,
            URI node,
            Rpc rpc,
            boolean keepConnection,
            Iterator<SslContext> identities,
            Iterator<String> bodies,
            Measurement measurement) {
        this.bootstrap = bootstrap.clone();
        this.node = node;
        this.rpc = rpc;
        this.keepConnection = keepConnection;
        this.identities = identities;
        this.bodies = bodies;
        this.measurement = measurement;
    }

    void connect() {
        if (stopped) {
            return;
        }
        startedNanos = System.nanoTime();
        SslContext identity = identities.next();
        bootstrap
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // No peer is named, so that no TLS session is resumed: each connection is a whole handshake.
                        channel.pipeline()
                                .addLast(
                                        identity.newHandler(channel.alloc()),
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(MAX_ANSWER_BYTES),
                                        new Answers());
                    }
                })
                .connect(node.getHost(), node.getPort())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        failed("connect: " + connected.cause());
                        bootstrap.config().group().schedule(this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                    }
                });
    }

    void stop() {
        stopped = true;
    }

    private void failed(String what) {
        if (!stopped) {
            measurement.failed(what);
        }
    }

    /** What happens on one connection. */
    private final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
        private boolean finished;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                ask(context);
            }
        }

        private void ask(ChannelHandlerContext context) {
            DefaultFullHttpRequest request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1,
                    HttpMethod.POST,
                    rpc.path(),
                    Unpooled.copiedBuffer(bodies.next(), StandardCharsets.UTF_8));
            request.headers()
                    .set(HttpHeaderNames.HOST, node.getAuthority())
                    .set(HttpHeaderNames.ACCEPT, "*/*")
                    .set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
            context.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
            String body = answer.content().toString(StandardCharsets.UTF_8);
            if (answer.status().equals(HttpResponseStatus.OK) && rpc.isAnsweredBy(body)) {
                measurement.answered(System.nanoTime() - startedNanos);
            } else {
                failed(answer.status() + " " + body);
            }
            if (keepConnection && !stopped) {
                startedNanos = System.nanoTime();
                ask(context);
            } else {
                finished = true;
                context.close();
                connect();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!finished) {
                failed("connection: " + cause);
                finished = true;
                context.executor().schedule(ClosedLoopClient.this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!finished) {
                finished = true;
                failed("the node closed the connection");
                context.executor().schedule(ClosedLoopClient.this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }
}
