package dev.keywarden.rpc;

import com.google.protobuf.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A named table of methods that answers prpc requests (wire-protocol.md, section 1).
 *
 * <pre>{@code
 * PrpcService<Caller> kms = PrpcService.<Caller>named("KMS")
 *         .method("GetAppKey", GetAppKeyRequest.getDefaultInstance(), (request, call) -> release(request, call.caller()))
 *         .build(peer -> identify(peer));
 * }</pre>
 *
 * <p>Thread-safe once built.
 *
 * @param <I> what is known about a caller
 */
public final class PrpcService<I> {
    private static final Logger LOG = System.getLogger(PrpcService.class.getName());

    private final String prefix;
    private final Map<String, Method<?, ?, I>> methods;
    private final CallerIdentifier<I> identifier;
    private final Supplier<String> requestIds;
    private final RpcObserver observer;

    private PrpcService(Builder<I> builder, CallerIdentifier<I> identifier) {
        this.prefix = builder.name + '.';
        this.methods = Map.copyOf(builder.methods);
        this.identifier = identifier;
        this.requestIds = builder.requestIds;
        this.observer = builder.observer;
    }

    /**
     * Starts a service.
     *
     * @param name the prefix that callers may put before a method, without the dot
     */
    public static <I> Builder<I> named(String name) {
        return new Builder<>(name);
    }

    /**
     * Answers one request, in the order of section 1.3: who calls, the body, the method. Never throws for anything a caller
     * did; a defect of a handler is logged and answered with a coarse text.
     */
    public PrpcResponse handle(PrpcRequest request, PeerConnection peer) {
        String name = withoutPrefix(request.method());
        long start = System.nanoTime();
        PrpcResponse response = answer(name, request, peer);
        if (methods.containsKey(name)) {
            observer.answered(name, response.status(), Duration.ofNanos(System.nanoTime() - start));
        }
        return response;
    }

    private PrpcResponse answer(String name, PrpcRequest request, PeerConnection peer) {
        String requestId = requestIds.get();
        // Until the method is looked up the content type does not count: section 1.2, the asymmetry.
        boolean json = request.asksForJson();
        try {
            I caller = identifier.identify(peer);
            byte[] body = bodyOf(request);
            json = json || request.declaresJson();
            Method<?, ?, I> method = methods.get(name);
            if (method == null) {
                throw new RpcException("Service not found: " + name);
            }
            return PrpcResponse.success(json, method.call(request, body, json, new RpcCall<>(name, caller, requestId)));
        } catch (RpcException e) {
            LOG.log(Level.DEBUG, () -> "Request " + requestId + " failed: " + e.text(), e.getCause());
            return PrpcResponse.failure(json, e.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PrpcResponse.failure(json, "request " + requestId + " was given up: the server is stopping");
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.log(Level.ERROR, "Request " + requestId + " failed on a defect", e);
            return PrpcResponse.failure(
                    json, "internal error; the server's log has the cause under request " + requestId);
        }
    }

    private String withoutPrefix(String method) {
        int start = 0;
        while (method.startsWith(prefix, start)) {
            start += prefix.length();
        }
        return method.substring(start);
    }

    private static byte[] bodyOf(PrpcRequest request) {
        return switch (request.body()) {
            case PrpcRequest.Body.Complete complete -> complete.bytes();
            case PrpcRequest.Body.TooLarge tooLarge -> throw new RpcException("failed to read data: payload too large");
            case PrpcRequest.Body.Unreadable unreadable ->
                throw new RpcException("failed to read data: " + unreadable.reason());
        };
    }

    /** One row of the table. */
    private static final class Method<Q extends Message, A extends Message, I> {
        private final JsonCodec<Q> requestJson;
        private final ProtobufCodec<Q> requestProtobuf;
        private final RpcHandler<Q, A, I> handler;

        /** Known from the first answer on; making it twice does no harm. */
        private volatile @Nullable JsonCodec<A> answerJson;

        Method(Q prototype, RpcHandler<Q, A, I> handler) {
            this.requestJson = JsonCodec.of(prototype);
            this.requestProtobuf = ProtobufCodec.of(prototype);
            this.handler = handler;
        }

        byte[] call(PrpcRequest request, byte[] body, boolean json, RpcCall<I> call) throws Exception {
            A answer = handler.handle(decode(request, body, json), call);
            return json ? answerJson(answer).encode(answer) : answer.toByteArray();
        }

        private Q decode(PrpcRequest request, byte[] body, boolean json) {
            if (request.verb() == PrpcRequest.Verb.GET) {
                return requestJson.decodeQuery(request.query());
            }
            return json ? requestJson.decode(body) : requestProtobuf.decode(body);
        }

        private JsonCodec<A> answerJson(A answer) {
            JsonCodec<A> codec = answerJson;
            if (codec == null) {
                codec = JsonCodec.of(answer);
                answerJson = codec;
            }
            return codec;
        }
    }

    /**
     * Collects the methods of a service.
     *
     * @param <I> what is known about a caller
     */
    public static final class Builder<I> {
        private final String name;
        private final Map<String, Method<?, ?, I>> methods = new HashMap<>();
        private Supplier<String> requestIds;
        private RpcObserver observer = (method, status, elapsed) -> {};

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
            AtomicLong count = new AtomicLong();
            this.requestIds = () -> name + '-' + count.incrementAndGet();
        }

        /**
         * Adds a method.
         *
         * @param method the name callers use, case-sensitive
         * @param request any instance of the request message
         * @throws IllegalArgumentException if there is such a method already
         */
        public <Q extends Message, A extends Message> Builder<I> method(
                String method, Q request, RpcHandler<Q, A, I> handler) {
            if (methods.putIfAbsent(method, new Method<>(request, handler)) != null) {
                throw new IllegalArgumentException("%s.%s is there twice".formatted(name, method));
            }
            return this;
        }

        /** Where request ids come from; without this they count from one, which is unique in one process only. */
        public Builder<I> requestIds(Supplier<String> ids) {
            requestIds = ids;
            return this;
        }

        /** Who learns of every answer; without this nobody does. */
        public Builder<I> observer(RpcObserver rpcObserver) {
            observer = rpcObserver;
            return this;
        }

        /** The finished service, which asks {@code identifier} about every caller. */
        public PrpcService<I> build(CallerIdentifier<I> identifier) {
            return new PrpcService<>(this, identifier);
        }
    }
}
