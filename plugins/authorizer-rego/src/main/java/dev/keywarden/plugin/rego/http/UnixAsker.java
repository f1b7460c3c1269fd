package dev.keywarden.plugin.rego.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Puts questions to a server behind a Unix socket, one to a connection. It speaks HTTP/1.0, so that an answer is what comes
 * until the server closes; a connection through the kernel costs no more than keeping one would.
 */
public final class UnixAsker {
    private static final int BLOCK = 8192;

    private final Path socket;

    /** Asks the server that listens on a socket. */
    public UnixAsker(Path socket) {
        this.socket = socket;
    }

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param body all of it
     */
    @SuppressWarnings("ArrayRecordComponent") // read once and never compared
    public record Answer(int status, byte[] body) {}

    /**
     * Posts JSON.
     *
     * @param path on the server
     * @param most bytes that the answer may have
     * @throws IOException if there is no whole answer; the message says why
     */
    public Answer post(String path, byte[] json, Duration timeout, long most) throws IOException, InterruptedException {
        byte[] head = ("POST " + path + " HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + json.length + "\r\n\r\n")
                .getBytes(ISO_8859_1);
        FutureTask<Answer> exchange = new FutureTask<>(() -> exchange(head, json, most));
        Thread thread = Thread.ofVirtual().name("rego-unix").start(exchange);
        try {
            return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException("the connection broke off", e);
        } finally {
            // Closes the connection, if it is still open.
            thread.interrupt();
        }
    }

    private Answer exchange(byte[] head, byte[] json, long most) throws IOException {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            connect(channel);
            ByteBuffer[] question = {ByteBuffer.wrap(head), ByteBuffer.wrap(json)};
            while (question[1].hasRemaining()) {
                channel.write(question);
            }
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            while (channel.read(block) >= 0) {
                collected.write(block.array(), 0, block.position());
                block.clear();
                if (collected.size() > most + BLOCK) {
                    throw new IOException("the answer is longer than " + most + " bytes");
                }
            }
        }
        return parse(collected.toByteArray());
    }

    private void connect(SocketChannel channel) throws IOException {
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new IOException("no connection", e);
        }
    }

    private static Answer parse(byte[] answer) throws IOException {
        String text = new String(answer, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] [1-5]\\d\\d[ \r].*")) {
            throw new IOException("the answer is no HTTP");
        }
        byte[] body = java.util.Arrays.copyOfRange(answer, end + 4, answer.length);
        long expected = contentLength(text.substring(0, end));
        if (expected > body.length) {
            throw new IOException("the connection was closed before the answer was complete");
        }
        return new Answer(Integer.parseInt(text.substring(9, 12)), body);
    }

    private static long contentLength(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
                .map(line -> line.substring(15).strip())
                .filter(length -> length.matches("\\d{1,9}"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(-1);
    }
}
