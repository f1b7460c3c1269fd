package dev.keywarden.plugin.webhook;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one service and keeps connections to it.
 *
 * <p>A kept connection that the service has closed meanwhile is noticed before it is used. If it is closed in the moment
 * between, so that not one byte of an answer comes, the question is put once more on a new connection: asking changes
 * nothing at the service, and a restart of it must not look like an outage. Nothing else is ever repeated.
 */
final class WebhookClient implements AutoCloseable {
    /** Most services close a connection that was idle for 5 to 60 s; keeping one for longer is of little use. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(60);

    private final Endpoint endpoint;
    private final ClientLimits limits;
    private final @Nullable TlsTrust trust;
    private final Semaphore permits;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final ScheduledThreadPoolExecutor timer;
    private volatile boolean closed;

    /** @param trust for an https endpoint, else null */
    WebhookClient(Endpoint endpoint, ClientLimits limits, @Nullable TlsTrust trust) {
        this.endpoint = endpoint;
        this.limits = limits;
        this.trust = trust;
        this.permits = new Semaphore(limits.maxConnections());
        // Starts its one thread with the first question.
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("webhook-deadlines").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Sends a request and reads the answer, whatever it says.
     *
     * @throws NoAnswerException if none came within the limits; an interrupt is left for the caller to see
     */
    HttpAnswer ask(byte[] request) throws NoAnswerException {
        if (closed) {
            throw new NoAnswerException("is not asked any longer: the plugin was closed", null);
        }
        long end = System.nanoTime() + limits.timeout().toNanos();
        takePermit();
        try {
            Connection kept = takeIdle();
            if (kept != null) {
                long before = kept.bytesReceived();
                try {
                    return exchange(kept, request, end);
                } catch (NoAnswerException e) {
                    boolean closedMeanwhile = e.getCause() instanceof IOException && kept.bytesReceived() == before;
                    if (!closedMeanwhile
                            || left(end).isNegative()
                            || Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                }
            }
            return exchange(null, request, end);
        } finally {
            permits.release();
        }
    }

    private void takePermit() throws NoAnswerException {
        try {
            if (!permits.tryAcquire(limits.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new NoAnswerException(
                        "has " + limits.maxConnections() + " questions under way and got to no other within "
                                + words(limits.timeout()) + " (max_connections)",
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswerException("was not waited for any longer", e);
        }
    }

    private HttpAnswer exchange(@Nullable Connection kept, byte[] request, long end) throws NoAnswerException {
        SocketChannel channel = kept == null ? connect(end) : kept.channel();
        Guard guard = Guard.of(channel, timer, left(end));
        Connection connection = kept;
        boolean keep = false;
        try {
            if (connection == null) {
                connection = new Connection(channel, dress(channel.socket()));
            }
            HttpAnswer answer = connection.exchange(request, limits.maxAnswerBytes());
            keep = guard.disarm() && connection.keepable();
            return answer;
        } catch (IOException | HttpException e) {
            throw explain(e, guard);
        } finally {
            guard.disarm();
            if (keep && connection != null) {
                putAside(connection);
            } else {
                closeQuietly(channel);
            }
        }
    }

    /** Puts TLS over a connection where the URL says so. */
    private Socket dress(Socket plain) throws IOException {
        return trust == null ? plain : trust.handshake(plain, endpoint.host(), endpoint.port());
    }

    private SocketChannel connect(long end) throws NoAnswerException {
        IOException last = null;
        try {
            for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
                Duration left = left(end);
                if (left.toMillis() < 1) {
                    break;
                }
                SocketChannel channel = SocketChannel.open();
                try {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    Duration patience = left.compareTo(limits.connectTimeout()) < 0 ? left : limits.connectTimeout();
                    channel.socket()
                            .connect(
                                    new InetSocketAddress(address, endpoint.port()),
                                    Math.toIntExact(patience.toMillis()));
                    return channel;
                } catch (IOException e) {
                    closeQuietly(channel);
                    if (e instanceof ClosedByInterruptException
                            || Thread.currentThread().isInterrupted()) {
                        throw new NoAnswerException("was not waited for any longer", e);
                    }
                    last = e;
                }
            }
        } catch (UnknownHostException e) {
            throw new NoAnswerException("could not be reached: its host name is not known", null);
        } catch (IOException e) {
            last = e;
        }
        throw new NoAnswerException("could not be reached: " + unreachable(last), null);
    }

    private String unreachable(@Nullable IOException cause) {
        if (cause == null || cause instanceof SocketTimeoutException) {
            return "no connection within " + words(limits.connectTimeout()) + " (connect_timeout)";
        }
        return cause instanceof ConnectException ? "connection refused" : words(cause);
    }

    private NoAnswerException explain(Exception cause, Guard guard) {
        if (guard.fired()) {
            return new NoAnswerException("did not answer within " + words(limits.timeout()) + " (timeout)", null);
        }
        if (Thread.currentThread().isInterrupted()) {
            return new NoAnswerException("was not waited for any longer", cause);
        }
        if (cause instanceof SSLException) {
            return new NoAnswerException("failed the TLS handshake: " + words(cause), null);
        }
        if (cause instanceof HttpException) {
            return new NoAnswerException("did not answer with HTTP/1.1: " + words(cause), null);
        }
        if (cause instanceof ConnectionClosedException) {
            return new NoAnswerException("closed the connection before its answer was complete", cause);
        }
        return new NoAnswerException("broke off the connection: " + words(cause), cause);
    }

    private @Nullable Connection takeIdle() {
        long now = System.nanoTime();
        for (Connection candidate = idle.pollFirst(); candidate != null; candidate = idle.pollFirst()) {
            if (now - candidate.idleSince() < LONGEST_IDLE.toNanos() && candidate.quiet()) {
                return candidate;
            }
            candidate.close();
        }
        return null;
    }

    private void putAside(Connection connection) {
        long now = System.nanoTime();
        connection.idleSince(now);
        idle.addFirst(connection);
        Connection oldest = idle.peekLast();
        if (oldest != null && now - oldest.idleSince() > LONGEST_IDLE.toNanos() && idle.removeLastOccurrence(oldest)) {
            oldest.close();
        }
        if (closed) {
            closeIdle();
        }
    }

    /** Closes the connections that are idle; one in use is closed when its question is answered. */
    @Override
    public void close() {
        closed = true;
        closeIdle();
        // Questions under way keep their guards; with the last of them the thread ends.
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
        timer.shutdown();
    }

    private void closeIdle() {
        for (Connection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.close();
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to do for it.
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(end - System.nanoTime());
    }

    private static String words(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static String words(Exception cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
