package dev.keywarden.server;

import io.netty.channel.Channel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What the connections of one listener share, and the list of them. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class ListenerContext {
    private final ServerContext server;
    private final Router router;
    private final @Nullable RequestGuard guard;
    private final ResponseHeaders headers;
    private final Set<ConnectionHandler> connections = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final AtomicBoolean stopCalled = new AtomicBoolean();
    private volatile boolean stopping;
    private volatile boolean portClosed;

    ListenerContext(ServerContext server, Site site, InstantSource clock) {
        this.server = server;
        this.router = new Router(site);
        this.guard = site.guard();
        this.headers = new ResponseHeaders(site, clock);
    }

    ServerContext server() {
        return server;
    }

    Router router() {
        return router;
    }

    @Nullable RequestGuard guard() {
        return guard;
    }

    ResponseHeaders headers() {
        return headers;
    }

    /** Whether connections are to be closed behind the answer they are at. */
    boolean isStopping() {
        return stopping;
    }

    void opened(ConnectionHandler connection) {
        connections.add(connection);
        if (stopping) {
            connection.finishUp();
        }
    }

    void closed(ConnectionHandler connection) {
        connections.remove(connection);
        completeIfDone();
    }

    /** See {@link Listener#stop}. */
    CompletableFuture<Void> stop(Channel listening, Duration drain) {
        if (stopCalled.compareAndSet(false, true)) {
            stopping = true;
            listening.close().addListener(closed -> {
                portClosed = true;
                connections.forEach(ConnectionHandler::finishUp);
                completeIfDone();
                listening
                        .eventLoop()
                        .schedule(
                                () -> connections.forEach(ConnectionHandler::cut),
                                drain.toNanos(),
                                TimeUnit.NANOSECONDS);
            });
        }
        return stopped.copy();
    }

    private void completeIfDone() {
        if (portClosed && connections.isEmpty()) {
            stopped.complete(null);
        }
    }
}
