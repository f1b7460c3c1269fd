package dev.keywarden.server;

import io.netty.channel.Channel;

/** An open port that speaks TLS. */
public final class TlsListener extends Listener {
    private final TlsContexts contexts;

    TlsListener(Channel port, ListenerContext context, TlsContexts contexts) {
        super(port, context);
        this.contexts = contexts;
        port.closeFuture().addListener(closed -> contexts.close());
    }

    /**
     * Shows another certificate to connections made from now on; those that are open keep theirs.
     *
     * @throws IllegalArgumentException if the TLS engine does not take it; the old one stays
     */
    public void replaceCertificate(TlsIdentity identity) {
        contexts.replace(identity);
    }
}
