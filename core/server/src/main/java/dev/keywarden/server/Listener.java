package dev.keywarden.server;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An open port. */
public sealed class Listener permits TlsListener {
    private final Channel port;
    private final ListenerContext context;

    Listener(Channel port, ListenerContext context) {
        this.port = port;
        this.context = context;
    }

    /** Where it listens; the port is the real one if 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) port.localAddress();
    }

    /**
     * Stops accepting at once, closes idle connections, lets requests in flight finish and closes their connections behind
     * their answers. Safe to call from a handler, which must not wait for the result: its own request is in flight.
     *
     * @param drain how long requests in flight have before their connections are cut
     * @return done when the last connection is closed; calling again returns the same
     */
    public CompletableFuture<Void> stop(Duration drain) {
        return context.stop(port, drain);
    }
}
