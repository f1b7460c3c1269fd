package dev.keywarden.app.gate;

import dev.keywarden.rpc.CallerIdentifier;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.RpcException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Learns from a client certificate who calls (wire protocol, sections 1.3, 7.2 and 7.5).
 *
 * <p>Any certificate is welcome, whoever issued it; only its evidence counts, and only if the evidence's report data binds
 * the certificate's key. Evidence that does not verify ends every request of the connection, whatever the method.
 *
 * <p>What was verified stays verified for the TLS connection that proved possession of the key, for a limited time: the
 * configured age, or less if certificates or collateral lapse earlier. Decisions are never kept.
 */
public final class CallerIdentity implements CallerIdentifier<Caller> {
    private final CertificateEvidence evidence;
    private final Duration reuse;
    private final InstantSource clock;

    /** @param reuse how long a verified certificate stays verified on its connection */
    public CallerIdentity(CertificateEvidence evidence, Duration reuse, InstantSource clock) {
        this.evidence = evidence;
        this.reuse = reuse;
        this.clock = clock;
    }

    @Override
    public Caller identify(PeerConnection peer) throws RpcException {
        Optional<X509Certificate> certificate = peer.certificate();
        if (certificate.isEmpty()) {
            return new Caller(Optional.empty(), peer.remoteAddress());
        }
        return peer.remember(ConnectionMemory.class, ConnectionMemory::new).current(certificate.get(), peer);
    }

    /** What one connection's certificate proved, and until when that may be used. */
    private final class ConnectionMemory {
        private @Nullable Caller known;
        private Instant until = Instant.MIN;

        /** Requests of one connection come one after another, so the lock is never contended for long. */
        synchronized Caller current(X509Certificate certificate, PeerConnection peer) {
            Instant now = clock.instant();
            Caller caller = known;
            if (caller == null || !now.isBefore(until) || !isCurrent(caller)) {
                caller = new Caller(verify(certificate), peer.remoteAddress());
                until = caller.evidence()
                        .map(evidence -> earlier(evidence.validUntil(), now.plus(reuse)))
                        .orElse(Instant.MAX);
                known = caller;
            }
            return caller;
        }
    }

    /** What plugins verified that have been replaced since is verified anew. */
    private boolean isCurrent(Caller caller) {
        return caller.evidence().map(evidence::isCurrent).orElse(true);
    }

    private Optional<VerifiedEvidence> verify(X509Certificate certificate) {
        try {
            return evidence.of(certificate);
        } catch (GateRefusal e) {
            throw new RpcException(e.text());
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
