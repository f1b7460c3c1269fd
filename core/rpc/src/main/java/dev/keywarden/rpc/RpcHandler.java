package dev.keywarden.rpc;

import com.google.protobuf.Message;

/**
 * What a method does. Called concurrently, on virtual threads; may block.
 *
 * @param <Q> the request message
 * @param <A> the response message
 * @param <I> what is known about the caller
 */
@FunctionalInterface
public interface RpcHandler<Q extends Message, A extends Message, I> {
    /**
     * Answers one call.
     *
     * @throws RpcException with the text that the caller reads
     * @throws Exception on a defect: the caller reads a coarse text, the log gets the rest under the call's request id
     */
    A handle(Q request, RpcCall<I> call) throws Exception;
}
