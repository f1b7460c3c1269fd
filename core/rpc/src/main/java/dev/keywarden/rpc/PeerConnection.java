package dev.keywarden.rpc;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The connection that a request came over, as far as the protocol cares.
 *
 * <p>One request of a connection is handled at a time, each possibly on another thread with proper hand-over, so an
 * implementation needs no locking.
 */
public interface PeerConnection {
    /**
     * The leaf certificate that the client presented and proved to own. Empty on a plain connection, if the client
     * presented none, and if what it presented can't be parsed (wire-protocol.md, section 7.5). Nothing about the
     * certificate has been checked but the possession of its key: not the issuer, not the validity period.
     */
    Optional<X509Certificate> certificate();

    /** Address and port of the other end, for logs only: anyone may stand in between. */
    String remoteAddress();

    /**
     * What was made for this key on this connection, or what {@code maker} makes now. So a certificate is verified once
     * per connection and not once per request. A maker that throws leaves nothing behind.
     */
    <T> T remember(Class<T> key, Supplier<T> maker);
}
