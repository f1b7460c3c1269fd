package dev.keywarden.rpc;

/**
 * Finds out who calls. Asked for every request before its body is looked at, for unknown methods as well
 * (wire-protocol.md, section 1.3).
 *
 * @param <I> what is known about a caller afterwards; "nobody in particular" is an ordinary answer
 */
@FunctionalInterface
public interface CallerIdentifier<I> {
    /**
     * Who is at the other end.
     *
     * @throws RpcException if the caller presented evidence that does not hold; the request ends there
     */
    I identify(PeerConnection peer);
}
