package dev.keywarden.server;

import dev.keywarden.rpc.PeerConnection;
import java.util.Optional;
import java.util.function.Function;

/** Looks at every request of a site before anything else does. Called concurrently, on virtual threads; may block. */
@FunctionalInterface
public interface RequestGuard {
    /**
     * Decides whether a request may go on, whatever it asks for.
     *
     * @param headers the value of the first header of a name, whose case does not matter; empty if there is none
     * @return nothing if it may, or else the answer it gets
     * @throws Exception on a defect; the client gets status 500 and no details
     */
    Optional<Page> refuse(Function<String, String> headers) throws Exception;

    /**
     * The same, with the connection that the request came over, for guards that remember who is at its other end.
     *
     * @throws Exception as above
     */
    default Optional<Page> refuse(Function<String, String> headers, PeerConnection peer) throws Exception {
        return refuse(headers);
    }
}
