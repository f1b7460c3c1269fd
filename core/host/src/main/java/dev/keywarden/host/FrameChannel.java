package dev.keywarden.host;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Messages over a connected Unix socket.
 *
 * <p>A thread of its own writes: an interrupt of a thread that writes to a channel would close it for everybody, and callers
 * are interrupted when nobody waits for them any more. Only one thread may read.
 */
final class FrameChannel implements AutoCloseable {
    private static final int QUEUE = 4096;
    private static final int BUFFER_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final int maxPayload;
    private final BlockingQueue<Frame> queue = new LinkedBlockingQueue<>(QUEUE);
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final Thread writer;

    /** @param maxPayload longest payload that is read, in bytes */
    FrameChannel(SocketChannel channel, int maxPayload, String name) {
        this.channel = channel;
        this.maxPayload = maxPayload;
        this.writer = Thread.ofPlatform().daemon().name(name + "-writer").start(this::write);
    }

    /** Hands a message to the writer; false if too many wait already. Never blocks. */
    boolean offer(Frame frame) {
        return queue.offer(frame);
    }

    private void write() {
        try {
            while (true) {
                Frame frame = queue.take();
                ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER_BYTES + frame.payload().length);
                bytes.putInt(frame.payload().length)
                        .put(frame.type().code())
                        .putLong(frame.call())
                        .put(frame.payload())
                        .flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException e) {
            // The reader finds the end of the connection too, and acts on it.
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The next message.
     *
     * @throws IOException if the connection has ended, or what came is no message
     */
    Frame read() throws IOException {
        int length = readBuffered(Frame.HEADER_BYTES).getInt();
        Optional<Frame.Type> type = Frame.Type.of(input.get());
        long call = input.getLong();
        if (length < 0 || length > maxPayload || type.isEmpty()) {
            throw new IOException("what came is no message");
        }
        byte[] payload = new byte[length];
        int buffered = Math.min(length, input.remaining());
        input.get(payload, 0, buffered);
        ByteBuffer rest = ByteBuffer.wrap(payload, buffered, length - buffered);
        while (rest.hasRemaining()) {
            requireMore(channel.read(rest));
        }
        return new Frame(type.get(), call, payload);
    }

    private ByteBuffer readBuffered(int atLeast) throws IOException {
        while (input.remaining() < atLeast) {
            input.compact();
            int count = channel.read(input);
            input.flip();
            requireMore(count);
        }
        return input;
    }

    private static void requireMore(int count) throws EOFException {
        if (count < 0) {
            throw new EOFException("the connection has ended");
        }
    }

    @Override
    public void close() {
        writer.interrupt();
        try {
            channel.close();
        } catch (IOException e) {
            // Whoever reads learns that it has ended; there is nothing left to do here.
            Thread.onSpinWait();
        }
    }
}
