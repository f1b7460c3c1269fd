package dev.keywarden.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads, limits and TLS for any number of listeners.
 *
 * <p>Thread-safe. Closing it cuts what is open; {@link Listener#stop} first for a graceful end.
 */
public final class KeywardenServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final ServerContext context;
    private final InstantSource clock;
    private final TlsEngine tlsEngine;
    private final Transport transport;
    private final EventLoopGroup loops;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private KeywardenServer(ServerLimits limits, InstantSource clock, TlsProvider tlsProvider) {
        this.context = new ServerContext(limits);
        this.clock = clock;
        this.tlsEngine = TlsEngine.choose(tlsProvider);
        this.transport = Transport.best();
        this.loops = transport.startLoops();
    }

    /**
     * Starts a server without listeners.
     *
     * @param clock for the {@code date} header; waiting is measured with the system's monotonic clock
     */
    public static KeywardenServer start(ServerLimits limits, InstantSource clock, TlsProvider tlsProvider) {
        return new KeywardenServer(limits, clock, tlsProvider);
    }

    /** What does TLS and what moves the bytes, for the start-up log. */
    public String describe() {
        return tlsEngine.label() + " over " + transport.label();
    }

    /**
     * Opens a port for plain HTTP.
     *
     * @param address port 0 for any free one
     * @throws IOException if the port can't be opened
     */
    public Listener listen(InetSocketAddress address, Site site) throws IOException {
        ListenerContext listener = new ListenerContext(context, site, clock);
        return register(new Listener(bind(address, listener, null), listener));
    }

    /**
     * Opens a port for HTTPS.
     *
     * @param address port 0 for any free one
     * @throws IOException if the port can't be opened
     * @throws IllegalArgumentException if the TLS engine does not take the identity
     */
    public TlsListener listen(InetSocketAddress address, Site site, TlsIdentity identity) throws IOException {
        ListenerContext listener = new ListenerContext(context, site, clock);
        TlsContexts contexts = new TlsContexts(tlsEngine, context.limits(), identity);
        try {
            return register(new TlsListener(bind(address, listener, contexts), listener, contexts));
        } catch (IOException e) {
            contexts.close();
            throw e;
        }
    }

    private <L extends Listener> L register(L listener) {
        listeners.add(listener);
        return listener;
    }

    private Channel bind(InetSocketAddress address, ListenerContext listener, @Nullable TlsContexts tls)
            throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(transport.channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ConnectionInitializer(listener, tls))
                .bind(address)
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new IOException(
                    "Can't listen on %s: %s. Stop what uses the address, or configure another"
                            .formatted(address, failure.getMessage()),
                    failure);
        }
        return bound.channel();
    }

    /** Cuts all connections, interrupts handlers, ends all threads. */
    @Override
    public void close() {
        CompletableFuture<?>[] stopping =
                listeners.stream().map(listener -> listener.stop(Duration.ZERO)).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(stopping)
                    .orTimeout(CLOSING.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            // The loops end next, and the connections with them.
        } finally {
            context.workers().close();
            loops.shutdownGracefully(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly();
        }
    }
}
