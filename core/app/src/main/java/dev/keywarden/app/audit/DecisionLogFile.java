package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file of decision records with group commit.
 *
 * <p>Callers hand their records to one writer thread and wait. The writer takes everything that is waiting, writes it in
 * one go and flushes once, so that the cost of a flush is shared by all requests that came in during the flush before it.
 *
 * <p>A failed write or flush fails every waiting caller and cuts the file back to its last durable length, so that the next
 * attempt starts at a clean line. If even that fails, the log stays broken until it can be repaired. A torn last line,
 * left by a crash, is cut off at start: its request was never answered.
 */
public final class DecisionLogFile implements DecisionLog {
    private static final System.Logger LOG = System.getLogger(DecisionLogFile.class.getName());
    private static final int MAX_BATCH = 4096;

    /** Tells the writer that nothing comes after it. */
    private static final Waiting LAST = new Waiting(List.of(), new CompletableFuture<>());

    private final Path file;
    private final FileChannel channel;
    private final DecisionRecordJson json;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread writer;

    // Only the writer thread touches these three.
    private long durableLength;
    private long sequence;
    private boolean damaged;

    private volatile boolean closing;

    private record Waiting(List<DecisionRecord> records, CompletableFuture<Void> done) {}

    private DecisionLogFile(Path file, FileChannel channel, String node, long durableLength, long sequence) {
        this.file = file;
        this.channel = channel;
        this.json = new DecisionRecordJson(node);
        this.durableLength = durableLength;
        this.sequence = sequence;
        this.writer = Thread.ofPlatform().name("decision-log").daemon().unstarted(this::run);
    }

    /**
     * Opens a log, creating file (0600) and folders (0700) if needed.
     *
     * @param file the file
     * @param node id of this node, written into each record
     * @throws IOException if it can't be opened or repaired, or is open already
     */
    public static DecisionLogFile open(Path file, String node) throws IOException {
        create(file.toAbsolutePath());
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            requireSoleWriter(channel);
            return start(file, channel, node);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** A name is durable only once its folder is: records in a file that nobody finds again would be lost. */
    private static void create(Path file) throws IOException {
        createFolder(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            forceFolder(file.getParent());
        }
    }

    private static void createFolder(@Nullable Path folder) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            createFolder(folder.getParent());
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            forceFolder(folder.getParent());
        }
    }

    private static void forceFolder(@Nullable Path folder) throws IOException {
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Two writers would overwrite each other's records. The system releases the lock when the process dies. */
    private static void requireSoleWriter(FileChannel channel) throws IOException {
        boolean sole;
        try {
            sole = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            sole = false;
        }
        if (!sole) {
            throw new IOException("another node writes to it");
        }
    }

    /**
     * Continues a log behind its last whole record.
     *
     * @param channel of the file, open for reading and writing; closed by the log
     */
    static DecisionLogFile start(Path file, FileChannel channel, String node) throws IOException {
        LogTail tail = LogTail.read(channel);
        if (tail.tornBytes() > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: the last {1} bytes are half a record, left by a crash; cut off",
                    file,
                    tail.tornBytes());
            channel.truncate(tail.length());
        }
        channel.position(tail.length());
        DecisionLogFile log = new DecisionLogFile(file, channel, node, tail.length(), tail.nextSequence());
        log.writer.start();
        return log;
    }

    @Override
    public void commit(List<DecisionRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        Waiting waiting = new Waiting(records, new CompletableFuture<>());
        queue.add(waiting);
        // Checked after the insertion: whichever of closing and inserting came second sees the other.
        if (closing && queue.remove(waiting)) {
            throw new DecisionLogException(file + ": the decision log is closed", new IllegalStateException("closed"));
        }
        try {
            waiting.done().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new DecisionLogException(
                    file + ": the decision can't be recorded (" + cause.getMessage() + "), so nothing is released",
                    cause);
        }
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        boolean last = false;
        while (!last) {
            batch.add(takeUninterruptibly());
            queue.drainTo(batch, MAX_BATCH);
            last = batch.remove(LAST);
            if (!batch.isEmpty()) {
                writeBatch(batch);
                batch.clear();
            }
        }
    }

    /** Nothing interrupts the writer on purpose, and an interrupted channel would close. */
    private Waiting takeUninterruptibly() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.DEBUG, "interrupted while waiting for records; going on");
            }
        }
    }

    private void writeBatch(List<Waiting> batch) {
        long next = sequence;
        try {
            if (damaged) {
                cutToDurableLength();
            }
            List<byte[]> lines = new ArrayList<>();
            int size = 0;
            for (Waiting waiting : batch) {
                for (DecisionRecord record : waiting.records()) {
                    byte[] line = json.line(record, next++);
                    lines.add(line);
                    size += line.length;
                }
            }
            ByteBuffer buffer = ByteBuffer.allocate(size);
            lines.forEach(buffer::put);
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(false);
            durableLength += size;
            sequence = next;
            batch.forEach(waiting -> waiting.done().complete(null));
        } catch (IOException | RuntimeException | Error e) {
            // Errors too: a writer that died of one would leave every caller waiting for ever.
            cutBack(e);
            batch.forEach(waiting -> waiting.done().completeExceptionally(e));
        }
    }

    private void cutBack(Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, () -> file + ": writing decision records failed: " + failure.getMessage());
        damaged = true;
        try {
            cutToDurableLength();
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    () -> file + ": can't be cut back to the last whole record, tried again with the next one: "
                            + e.getMessage());
        }
    }

    private void cutToDurableLength() throws IOException {
        channel.truncate(durableLength);
        channel.position(durableLength);
        damaged = false;
    }

    @Override
    public void close() {
        closing = true;
        queue.add(LAST);
        try {
            writer.join();
            channel.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> file + ": closing failed: " + e.getMessage());
        }
    }
}
