package dev.keywarden.server;

import io.netty.handler.ssl.SslContext;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;

/**
 * The TLS context of a listener, replaceable while connections are being made. A context counts its users, and the native
 * memory goes with the last of them.
 */
final class TlsContexts {
    private final TlsEngine engine;
    private final ServerLimits limits;
    private final AtomicReference<SslContext> current;

    TlsContexts(TlsEngine engine, ServerLimits limits, TlsIdentity identity) {
        this.engine = engine;
        this.limits = limits;
        this.current = new AtomicReference<>(make(identity));
    }

    TlsEngine engine() {
        return engine;
    }

    void replace(TlsIdentity identity) {
        ReferenceCountUtil.release(current.getAndSet(make(identity)));
    }

    /** The current context, which the caller releases once it has made its engine. */
    SslContext acquire() {
        while (true) {
            SslContext context = current.get();
            try {
                return ReferenceCountUtil.retain(context);
            } catch (IllegalReferenceCountException e) {
                // Replaced between the two lines, which can't happen again and again; released for good: told to the
                // caller.
                if (context == current.get()) {
                    throw e;
                }
            }
        }
    }

    /** The listener is closed; open connections keep what they use. */
    void close() {
        ReferenceCountUtil.release(current.get());
    }

    private SslContext make(TlsIdentity identity) {
        try {
            return engine.context(identity, limits);
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    "%s does not take the certificate of %s: %s".formatted(engine.label(), identity, e.getMessage()),
                    e);
        }
    }
}
