package dev.keywarden.server;

import dev.keywarden.rpc.PrpcRequest.Body;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One connection: collects a request, has it handled, answers, and goes on to the next.
 *
 * <p>Everything here runs on the connection's event loop, except what is given to {@link Workers}. A connection is always
 * waiting for exactly one thing, and for each there is a deadline in {@link ServerLimits}:
 *
 * <pre>
 * handshake, first request, head, body, (handler), answer taken, idle, head, ...
 *                                  \_ refused: answer taken, linger, closed
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = System.getLogger(ConnectionHandler.class.getName());

    private final ListenerContext listener;
    private final ServerLimits limits;
    private final RequestDecoder decoder;
    private final Channel channel;
    private final Deadline deadline;
    private final Peer peer;
    private @Nullable Exchange exchange;
    private Phase phase = Phase.HANDSHAKE;

    /** What the connection is waiting for. */
    private enum Phase {
        HANDSHAKE,
        REQUEST,
        HEAD,
        BODY,
        HANDLER,
        WRITE,
        LINGER,
        CLOSED
    }

    ConnectionHandler(ListenerContext listener, Channel channel) {
        this.listener = listener;
        this.limits = listener.server().limits();
        this.decoder = new RequestDecoder(limits, this::bytesArrived);
        this.channel = channel;
        this.deadline = new Deadline(channel.eventLoop(), this::expired);
        this.peer = new Peer(channel.remoteAddress());
    }

    /** What takes the requests apart for this handler. */
    RequestDecoder decoder() {
        return decoder;
    }

    /** Called once, when the connection is open. */
    void opened(boolean tls) {
        if (tls) {
            await(Phase.HANDSHAKE, limits.handshake());
        } else {
            await(Phase.REQUEST, limits.firstRequest());
        }
        listener.server().waiting().add(this);
        listener.opened(this);
    }

    /** Its place is wanted, or the listener stops: close now, or behind the answer that is being worked on. From any thread. */
    void finishUp() {
        onLoop(() -> {
            if (phase == Phase.HANDSHAKE || phase == Phase.REQUEST || (phase == Phase.HEAD && !listener.isStopping())) {
                channel.close();
            }
        });
    }

    /** The listener has waited long enough. From any thread. */
    void cut() {
        channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            peer.authenticated(ctx.pipeline().get(SslHandler.class).engine().getSession());
            await(Phase.REQUEST, limits.firstRequest());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        phase = Phase.CLOSED;
        listener.server().waiting().remove(this);
        deadline.cancel();
        if (exchange != null) {
            exchange.collector().drop();
        }
        listener.closed(this);
    }

    /** Whatever a stranger sends to break a connection: a line for those who look for it, and nothing else. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.log(Level.DEBUG, () -> "Connection from %s failed: %s".formatted(peer.remoteAddress(), cause));
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpRequest head && channel.isActive()) {
                begin(head);
            }
            if (message instanceof HttpContent content && exchange != null && channel.isActive()) {
                collect(exchange, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void bytesArrived() {
        if (phase == Phase.REQUEST) {
            await(Phase.HEAD, limits.requestHead());
        }
    }

    private void begin(HttpRequest head) {
        boolean broken =
                head.decoderResult().isFailure() || head.protocolVersion().majorVersion() != 1;
        Router.Target target = broken
                ? new Router.Target.Nothing(faultOf(head))
                : listener.router().route(head);
        long announced = broken ? 0 : HttpUtil.getContentLength(head, 0L);
        Exchange begun = new Exchange(
                head,
                target,
                new BodyCollector(
                        limits.bodyBytes(), announced, listener.server().bodyBudget()));
        exchange = begun;
        listener.server().waiting().remove(this);
        await(Phase.BODY, limits.requestBody());
        if (broken) {
            dispatch(begun, new Body.Unreadable("malformed request"));
        } else if (announced > limits.bodyBytes()) {
            dispatch(begun, new Body.TooLarge());
        } else if (HttpUtil.is100ContinueExpected(head)) {
            channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private static StatusPage faultOf(HttpRequest head) {
        Throwable cause = head.decoderResult().cause();
        if (cause == null) {
            return StatusPage.VERSION_NOT_SUPPORTED;
        }
        if (cause instanceof TooLongHttpLineException) {
            return StatusPage.URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException ? StatusPage.HEADERS_TOO_LARGE : StatusPage.BAD_REQUEST;
    }

    private void collect(Exchange current, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            dispatch(current, new Body.Unreadable("malformed request body"));
            return;
        }
        if (!current.isDispatched() && current.collectsBody()) {
            switch (current.collector().add(content.content())) {
                case ADDED -> {}
                case TOO_LARGE -> dispatch(current, new Body.TooLarge());
                case NO_MEMORY -> dispatch(current, new Body.Unreadable("too many large requests; try again"));
            }
        }
        if (content instanceof LastHttpContent) {
            current.received();
            dispatch(current, current.collector().complete());
            if (phase == Phase.LINGER) {
                channel.close();
            }
        }
    }

    private void dispatch(Exchange current, Body body) {
        if (current.isDispatched()) {
            return;
        }
        current.dispatched(body);
        phase = Phase.HANDLER;
        deadline.clear();
        RequestGuard guard = listener.guard();
        if (guard == null && current.target() instanceof Router.Target.Nothing nothing) {
            answer(current, nothing.page().answer(current.accept()));
        } else if (guard == null) {
            handle(current, () -> found(current, body));
        } else {
            handle(current, () -> {
                Optional<Page> refusal = guard.refuse(current::header, peer);
                return refusal.isPresent() ? Answer.of(refusal.get()) : found(current, body);
            });
        }
    }

    private Answer found(Exchange current, Body body) throws Exception {
        return switch (current.target()) {
            case Router.Target.Nothing nothing -> nothing.page().answer(current.accept());
            case Router.Target.Fixed fixed -> Answer.of(fixed.handler().get());
            case Router.Target.Method method ->
                Answer.of(method.service().handle(current.prpcRequest(method, body), peer));
        };
    }

    private void handle(Exchange current, Callable<Answer> handler) {
        listener.server()
                .workers()
                .run(
                        () -> answerLater(current, result(current, handler)),
                        () -> answerLater(current, StatusPage.UNAVAILABLE.answer(current.accept())));
    }

    // Nothing may get out of a worker unseen: the client would wait for ever.
    @SuppressWarnings("CatchAndPrintStackTrace")
    private Answer result(Exchange current, Callable<Answer> handler) {
        try {
            return handler.call();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "A request from " + peer.remoteAddress() + " failed on a defect", e);
            return StatusPage.INTERNAL_ERROR.answer(current.accept());
        }
    }

    private void answerLater(Exchange current, Answer answer) {
        onLoop(() -> answer(current, answer));
    }

    private void answer(Exchange current, Answer answer) {
        current.collector().drop();
        if (!channel.isActive()) {
            answer.sent();
            return;
        }
        boolean keepAlive = current.keepAlive() && !listener.isStopping();
        send(answer, current.version(), current.withBody(), keepAlive);
    }

    private void send(Answer answer, HttpVersion version, boolean withBody, boolean keepAlive) {
        await(Phase.WRITE, limits.responseWrite());
        ChannelFuture written = channel.writeAndFlush(listener.headers().dress(answer, version, withBody, keepAlive));
        if (written.isDone()) {
            written(answer, keepAlive);
        } else {
            written.addListener(done -> written(answer, keepAlive));
        }
    }

    private void written(Answer answer, boolean keepAlive) {
        answer.sent();
        if (!channel.isActive()) {
            return;
        }
        boolean received = exchange != null && exchange.isReceived();
        if (keepAlive) {
            exchange = null;
            await(Phase.REQUEST, limits.idle());
            listener.server().waiting().add(this);
            decoder.resume();
        } else if (received && !decoder.hasBytesAhead()) {
            channel.close();
        } else {
            linger();
            if (received) {
                decoder.discard();
            }
        }
    }

    /**
     * Says that no more will come and goes on reading for a while: closing with bytes unread would reset the connection, and
     * the answer might be lost on the way.
     */
    private void linger() {
        await(Phase.LINGER, limits.linger());
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        ChannelFuture said = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
        said.addListener(done -> ((DuplexChannel) channel).shutdownOutput());
    }

    private void expired() {
        if (phase == Phase.HEAD) {
            send(StatusPage.REQUEST_TIMEOUT.answer(""), HttpVersion.HTTP_1_1, true, false);
        } else if (phase == Phase.BODY && exchange != null) {
            dispatch(exchange, new Body.Unreadable("the request body did not arrive in time"));
        } else {
            channel.close();
        }
    }

    private void await(Phase next, Duration patience) {
        phase = next;
        deadline.set(patience);
    }

    private void onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "The server is closed; an answer is dropped");
        }
    }
}
