package dev.keywarden.server;

import dev.keywarden.rpc.PrpcRequest;
import dev.keywarden.rpc.PrpcRequest.Body;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
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
    private final HttpHeaders headers;
    private final BodyCollector collector;
    private boolean dispatched;
    private boolean refused;
    private boolean received;

    Exchange(HttpRequest head, Router.Target target, BodyCollector collector) {
        this.target = target;
        this.version = head.protocolVersion().majorVersion() == 1
                        && head.protocolVersion().minorVersion() == 0
                ? HttpVersion.HTTP_1_0
                : HttpVersion.HTTP_1_1;
        this.withBody = !HttpMethod.HEAD.equals(head.method());
        this.keepAlive = HttpUtil.isKeepAlive(head);
        this.headers = head.headers();
        this.collector = collector;
    }

    /** The first header of a name in any case, or the empty string. */
    String header(String name) {
        return headers.get(name, "");
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

    /**
     * Whether another request may follow. Not behind one whose body was refused, whether its rest comes in before the answer is
     * made or not.
     */
    boolean keepAlive() {
        return keepAlive && received && !refused;
    }

    String accept() {
        return headers.get(HttpHeaderNames.ACCEPT, "");
    }

    BodyCollector collector() {
        return collector;
    }

    /** Only what is posted to a method is looked at; any other body is read and dropped. */
    boolean collectsBody() {
        return target instanceof Router.Target.Method method && method.verb() == PrpcRequest.Verb.POST;
    }

    PrpcRequest prpcRequest(Router.Target.Method method, Body body) {
        return new PrpcRequest(
                method.verb(), method.method(), method.query(), headers.get(HttpHeaderNames.CONTENT_TYPE, ""), body);
    }

    /** Whether it was handed to who answers it; what comes in afterwards is dropped. */
    boolean isDispatched() {
        return dispatched;
    }

    /** From here on somebody else works on it, who sees this body. */
    void dispatched(Body body) {
        dispatched = true;
        refused = !(body instanceof Body.Complete);
    }

    /** Whether the last byte of the request is in. */
    boolean isReceived() {
        return received;
    }

    void received() {
        received = true;
    }
}
