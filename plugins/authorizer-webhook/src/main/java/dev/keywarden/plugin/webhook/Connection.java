package dev.keywarden.plugin.webhook;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.BasicHttpTransportMetrics;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection; used by one thread at a time. */
final class Connection implements Closeable {
    private static final int BUFFER_BYTES = 4096;
    private static final int LONGEST_LINE_BYTES = 8192;
    private static final Http1Config LIMITS = Http1Config.custom()
            .setBufferSize(BUFFER_BYTES)
            .setMaxLineLength(LONGEST_LINE_BYTES)
            .setMaxHeaderCount(100)
            .setMaxEmptyLineCount(4)
            .build();

    /** Answers of status 1xx that may come before the one that counts. */
    private static final int MOST_INTERIM_ANSWERS = 4;

    private final SocketChannel channel;
    private final OutputStream out;
    private final InputStream in;
    private final BasicHttpTransportMetrics received = new BasicHttpTransportMetrics();
    private final SessionInputBufferImpl buffer =
            new SessionInputBufferImpl(received, BUFFER_BYTES, BUFFER_BYTES, LONGEST_LINE_BYTES, null);
    private final DefaultHttpResponseParser parser = new DefaultHttpResponseParser(LIMITS);
    private boolean keepable;
    private long idleSinceNanos;

    /**
     * Wraps a connection.
     *
     * @param channel connected and blocking, so that interrupting a reader closes it, on virtual and other threads alike
     * @param socket the channel's own socket, or a TLS socket over it
     */
    Connection(SocketChannel channel, Socket socket) throws IOException {
        this.channel = channel;
        this.out = socket.getOutputStream();
        this.in = socket.getInputStream();
    }

    SocketChannel channel() {
        return channel;
    }

    /** How many bytes came so far, over all answers. */
    long bytesReceived() {
        return received.getBytesTransferred();
    }

    /**
     * Sends a request and reads the answer.
     *
     * @param request head and body
     * @param maxBodyBytes how much of a longer body to read
     */
    HttpAnswer exchange(byte[] request, int maxBodyBytes) throws IOException, HttpException {
        keepable = false;
        out.write(request);
        out.flush();
        ClassicHttpResponse head = readHead();
        byte[] body = readBody(head, maxBodyBytes + 1);
        boolean truncated = body.length > maxBodyBytes;
        keepable = !truncated
                && head.getCode() >= 200
                && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(null, head, null)
                && !buffer.hasBufferedData();
        return new HttpAnswer(
                head.getCode(),
                field(head, HttpHeaders.CONTENT_TYPE),
                field(head, HttpHeaders.CONTENT_ENCODING),
                body,
                truncated);
    }

    private ClassicHttpResponse readHead() throws IOException, HttpException {
        ClassicHttpResponse head = parseHead();
        for (int interim = 0; head.getCode() < 200; interim++) {
            if (head.getCode() == 101 || interim == MOST_INTERIM_ANSWERS) {
                throw new ProtocolException("Status " + head.getCode() + " where an answer should be");
            }
            head = parseHead();
        }
        return head;
    }

    private ClassicHttpResponse parseHead() throws IOException, HttpException {
        ClassicHttpResponse head = parser.parse(buffer, in);
        if (head == null) {
            throw new ConnectionClosedException();
        }
        return head;
    }

    private byte[] readBody(ClassicHttpResponse head, int mostBytes) throws IOException, HttpException {
        if (head.getCode() == 204 || head.getCode() == 304) {
            return new byte[0];
        }
        long length = DefaultContentLengthStrategy.INSTANCE.determineLength(head);
        // Not closed: closing reads what is left, however much it is.
        InputStream body;
        if (length == ContentLengthStrategy.CHUNKED) {
            body = new ChunkedInputStream(buffer, in, LIMITS);
        } else if (length >= 0) {
            body = new ContentLengthInputStream(buffer, in, length);
        } else {
            body = new IdentityInputStream(buffer, in);
        }
        return body.readNBytes(mostBytes);
    }

    private static @Nullable String field(HttpResponse head, String name) {
        Header field = head.getFirstHeader(name);
        return field == null ? null : field.getValue();
    }

    /** Whether the last answer left it fit for another question. */
    boolean keepable() {
        return keepable;
    }

    /**
     * Whether the other side has neither closed it nor said anything since the last answer. Bytes that nobody asked for
     * could be taken for the answer to the next question, so they end a connection as its end does.
     */
    boolean quiet() {
        try {
            channel.configureBlocking(false);
            try {
                return channel.read(ByteBuffer.allocate(1)) == 0;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Notes when it was put aside. */
    void idleSince(long nanos) {
        idleSinceNanos = nanos;
    }

    /** When it was put aside, on the scale of {@link System#nanoTime()}. */
    long idleSince() {
        return idleSinceNanos;
    }

    /** Closes without a farewell: a TLS goodbye to somebody who does not read could take for ever. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to do for it.
        }
    }
}
