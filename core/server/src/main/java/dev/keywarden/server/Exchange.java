package dev.keywarden.server;

import dev.keywarden.rpc.PrpcRequest;
import dev.keywarden.rpc.PrpcRequest.Body;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** One request from its head to its answer. Belongs to the event loop of its connection. */
final class Exchange {
    private final Router.Target target;
    private final HttpVersion version;
    private final boolean withBody;
    private final boolean keepAlive;
    private final String accept;
    private final String contentType;
    private final BodyCollector collector;
    private boolean dispatched;
    private boolean received;

    Exchange(HttpRequest head, Router.Target target, BodyCollector collector) {
        this.target = target;
        this.version = head.protocolVersion().majorVersion() == 1
                        && head.protocolVersion().minorVersion() == 0
                ? HttpVersion.HTTP_1_0
                : HttpVersion.HTTP_1_1;
        this.withBody = !HttpMethod.HEAD.equals(head.method());
        this.keepAlive = HttpUtil.isKeepAlive(head);
        this.accept = head.headers().get(HttpHeaderNames.ACCEPT, "");
        this.contentType = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        this.collector = collector;
    }

    Router.Target target() {
        return target;
    }

    HttpVersion version() {
        return version;
    }

    /** Whether the client wants the answer's body, which it does not in answer to {@code HEAD}. */
    boolean withBody() {
        return withBody;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    String accept() {
        return accept;
    }

    BodyCollector collector() {
        return collector;
    }

    /** Only what is posted to a method is looked at; any other body is read and dropped. */
    boolean collectsBody() {
        return target instanceof Router.Target.Method method && method.verb() == PrpcRequest.Verb.POST;
    }

    PrpcRequest prpcRequest(Router.Target.Method method, Body body) {
        return new PrpcRequest(method.verb(), method.method(), method.query(), contentType, body);
    }

    /** Whether it was handed to who answers it; what comes in afterwards is dropped. */
    boolean isDispatched() {
        return dispatched;
    }

    void dispatched() {
        dispatched = true;
    }

    /** Whether the last byte of the request is in. */
    boolean isReceived() {
        return received;
    }

    void received() {
        received = true;
    }
}
