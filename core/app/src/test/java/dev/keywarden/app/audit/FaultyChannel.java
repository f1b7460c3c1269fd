package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A file on a disk that does as it is told: counts flushes, waits in one, fails in writes, flushes and truncations. */
final class FaultyChannel extends FileChannel {
    private final FileChannel disk;
    private final AtomicInteger flushes = new AtomicInteger();

    /** What the coming calls do before, or instead of, what they should; an empty queue means that all is well. */
    final Queue<Fault> writes = new ConcurrentLinkedQueue<>();

    final Queue<Fault> forces = new ConcurrentLinkedQueue<>();
    final Queue<Fault> truncations = new ConcurrentLinkedQueue<>();

    /** What happens instead of nothing. */
    @FunctionalInterface
    interface Fault {
        void happen() throws IOException;
    }

    private FaultyChannel(FileChannel disk) {
        this.disk = disk;
    }

    static FaultyChannel open(Path file) throws IOException {
        return new FaultyChannel(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    static Fault failing(String message) {
        return () -> {
            throw new IOException(message);
        };
    }

    /** Flushes that were asked for, failed ones included. */
    int flushes() {
        return flushes.get();
    }

    private static void next(Queue<Fault> faults) throws IOException {
        Fault fault = faults.poll();
        if (fault != null) {
            fault.happen();
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (!writes.isEmpty()) {
            // As a full disk does: some of it, and then no more.
            ByteBuffer half = source.slice(source.position(), source.remaining() / 2);
            disk.write(half);
            next(writes);
        }
        return disk.write(source);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        flushes.incrementAndGet();
        next(forces);
        disk.force(metaData);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        next(truncations);
        disk.truncate(size);
        return this;
    }

    @Override
    public FileChannel position(long position) throws IOException {
        disk.position(position);
        return this;
    }

    @Override
    public long position() throws IOException {
        return disk.position();
    }

    @Override
    public long size() throws IOException {
        return disk.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return disk.read(target, position);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        disk.close();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
