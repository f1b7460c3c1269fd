package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log as whoever writes them sees them: a chain of records across files, cut back after a failed write. Not
 * for more than one thread.
 */
final class LogFiles implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LogFiles.class.getName());

    private final AuditSettings settings;
    private final LogFolder folder;
    private final Opener opener;
    private final FileChannel headChannel;
    private final List<LogRecord> repairs = new ArrayList<>();

    private FileChannel channel;
    private LogHead head;
    private long durableLength;
    private boolean damaged;

    // Of the file that records are added to; the time is null while there is none in it.
    private long firstInFile;
    private @Nullable Instant firstTime;

    /** Opens the file that records are added to; a seam for disks that fail. */
    @FunctionalInterface
    interface Opener {
        /** For reading and writing; made if it is not there. */
        FileChannel open(Path file) throws IOException;
    }

    /** A plain file. */
    static FileChannel onDisk(Path file) throws IOException {
        LogFolder.create(file);
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Goes on behind the last whole record. Half a record, which a crash left, is cut off: its request was never answered.
     *
     * @param newLog id for a log that begins
     * @param now when this is
     * @throws IOException if a file can't be opened, is no log, is written to by another process, or lacks records that the log
     *     is known to have had
     */
    static LogFiles open(AuditSettings settings, Opener opener, Supplier<String> newLog, Instant now)
            throws IOException {
        LogFolder folder = new LogFolder(settings.file());
        FileChannel headChannel = onDisk(folder.head());
        try {
            requireSoleWriter(headChannel);
            return new LogFiles(settings, folder, opener, headChannel, newLog, now);
        } catch (IOException | RuntimeException e) {
            headChannel.close();
            throw e;
        }
    }

    private LogFiles(
            AuditSettings settings,
            LogFolder folder,
            Opener opener,
            FileChannel headChannel,
            Supplier<String> newLog,
            Instant now)
            throws IOException {
        this.settings = settings;
        this.folder = folder;
        this.opener = opener;
        this.headChannel = headChannel;
        putFormerFormatAside(now);
        this.channel = opener.open(folder.active());
        try {
            LogEnd end = LogEnd.read(channel);
            this.head = new LogResumption(folder, LogHead.read(headChannel).orElse(null))
                    .resume(end, newLog, sentence -> repaired(now, sentence));
            if (end.tornBytes() > 0) {
                channel.truncate(end.length());
                repaired(now, "the last " + end.tornBytes() + " bytes were half a record, left by a crash; cut off");
            }
            this.durableLength = end.length();
            channel.position(durableLength);
            readFirst();
            head.write(headChannel);
            headChannel.force(true);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
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

    private void putFormerFormatAside(Instant now) throws IOException {
        if (Files.exists(folder.active()) && FirstRecord.of(folder.active()).isOfFormerFormat()) {
            Files.move(folder.active(), folder.formerFormat());
            repairs.add(new LogRecord(
                    now, "adopted", "records of the format before are in " + folder.formerFormat() + " now"));
        }
    }

    private void repaired(Instant now, String sentence) {
        LOG.log(System.Logger.Level.WARNING, () -> folder.active() + ": " + sentence);
        repairs.add(new LogRecord(now, "repaired", sentence));
    }

    private void readFirst() throws IOException {
        FirstRecord first = FirstRecord.of(folder.active());
        this.firstInFile = first.sequence().orElse(head.last() + 1);
        this.firstTime = first.time().orElse(null);
    }

    /** What was repaired when the log was opened; said once. */
    List<LogRecord> takeRepairs() {
        List<LogRecord> taken = List.copyOf(repairs);
        repairs.clear();
        return taken;
    }

    /** Number of the newest record, -1 if there is none. */
    long last() {
        return head.last();
    }

    /**
     * Adds records and flushes once. If that fails, nothing of them stays.
     *
     * @param bodies as {@link RecordBody} makes them
     * @param now the time of the newest
     */
    void append(List<byte[]> bodies, Instant now) throws IOException {
        if (damaged) {
            cutToDurableLength();
        }
        if (isFull(now)) {
            rotate(now);
        }
        LogHead next = head;
        List<byte[]> lines = new ArrayList<>(bodies.size());
        int size = 0;
        for (byte[] body : bodies) {
            long sequence = next.last() + 1;
            byte[] line = new RecordLine(next.log(), sequence, next.lastDigest()).with(body);
            next = next.endingWith(sequence, RecordLine.digest(line, 0, line.length));
            lines.add(line);
            size += line.length + 1;
        }
        ByteBuffer buffer = ByteBuffer.allocate(size);
        lines.forEach(line -> buffer.put(line).put((byte) '\n'));
        write(buffer.flip());
        durableLength += size;
        if (firstTime == null) {
            firstTime = now;
            firstInFile = head.last() + 1;
        }
        head = next;
        writeHead();
    }

    private void write(ByteBuffer buffer) throws IOException {
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(false);
        } catch (IOException | RuntimeException | Error e) {
            damaged = true;
            try {
                cutToDurableLength();
            } catch (IOException cut) {
                e.addSuppressed(cut);
                LOG.log(
                        System.Logger.Level.ERROR,
                        () -> folder.active() + ": can't be cut back to the last whole record, tried again with the"
                                + " next one: " + cut.getMessage());
            }
            throw e;
        }
    }

    private void cutToDurableLength() throws IOException {
        channel.truncate(durableLength);
        channel.position(durableLength);
        damaged = false;
    }

    /** The records are durable already; a head that says less than there is does not make them less so. */
    private void writeHead() {
        try {
            head.write(headChannel);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> folder.head() + ": can't be written, so missing records at the end would not be missed: "
                            + e.getMessage());
        }
    }

    private boolean isFull(Instant now) {
        Instant begun = firstTime;
        return begun != null
                && (durableLength >= settings.rotateBytes() || !now.isBefore(begun.plus(settings.rotateAfter())));
    }

    private void rotate(Instant now) throws IOException {
        head.write(headChannel);
        headChannel.force(true);
        Path full = folder.full(firstInFile);
        // After a rotation that failed halfway, the name is taken by the very file.
        if (!Files.exists(full)) {
            Files.move(folder.active(), full, StandardCopyOption.ATOMIC_MOVE);
        }
        FileChannel next = opener.open(folder.active());
        try {
            LogFolder.force(folder.active().getParent());
        } catch (IOException e) {
            next.close();
            throw e;
        }
        channel.close();
        channel = next;
        durableLength = 0;
        firstTime = null;
        removeOld(now);
    }

    /** The log then begins with the first record that is left, which its head says before the others go. */
    private void removeOld(Instant now) {
        if (settings.keepFor() == null) {
            return;
        }
        Instant oldest = now.minus(settings.keepFor());
        try {
            List<Path> full = folder.fullFiles();
            for (int i = 0; i + 1 < full.size(); i++) {
                FirstRecord next = FirstRecord.of(full.get(i + 1));
                // What comes after the last record of a file is younger than that.
                if (next.time().isEmpty() || !next.time().get().isBefore(oldest)) {
                    return;
                }
                head = head.beginningWith(
                        next.sequence().orElseThrow(), next.previous().orElseThrow());
                head.write(headChannel);
                headChannel.force(true);
                Files.delete(full.get(i));
                LOG.log(System.Logger.Level.INFO, "removed {0}: older than core.audit.keep_for", full.get(i));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> folder.active() + ": old records can't be removed: " + e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            head.write(headChannel);
            headChannel.force(true);
        } finally {
            channel.close();
            headChannel.close();
        }
    }
}
