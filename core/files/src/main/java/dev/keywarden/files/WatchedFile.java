package dev.keywarden.files;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file, always as it is now.
 *
 * <p>For every question the file's stamp is looked at, some microseconds' work. If it is the one that the content in memory
 * was read under, that content holds. If not, the file is read, once, by one of those who need it while the others wait: an
 * answer after a change never rests on what was before it, and no watcher can be late or lose an event.
 *
 * <p>A file system's clock ticks, so that two changes within one tick leave the same stamp. Until a stamp has been there
 * for longer than a tick, the file's digest is compared as well (git calls such entries racy and does the same).
 *
 * <p>The file is read through {@link FileInputStream}, which an interrupt does not disturb: a reader whose own deadline
 * passes finishes what the others wait for.
 *
 * @param <T> what the content is read into
 */
public final class WatchedFile<T> {
    private static final int READ_ATTEMPTS = 5;

    private final Path path;
    private final long maxBytes;
    private final Reading<T> reading;
    private final Stamps stamps;
    private final LongSupplier nanoTime;
    private final ReentrantLock oneReader = new ReentrantLock();
    private volatile @Nullable Known<T> known;

    /** How a file looks; {@link FileStamp#of} outside of tests. */
    public interface Stamps {
        /** Looks at a file. */
        FileStamp of(Path file) throws IOException;
    }

    /** Understands the content. */
    public interface Reading<T> {
        /**
         * Reads.
         *
         * @param text the whole file; not to be closed
         * @throws BrokenFileException if it is not what it should be
         */
        T read(InputStream text) throws IOException, BrokenFileException;
    }

    /**
     * One version of the file. The same object as long as the file stays the same.
     *
     * @param sha256 of its bytes, in hex
     * @param content what is in it, or null if it is broken
     * @param problem why it is broken, or empty
     */
    public record Version<T>(String sha256, @Nullable T content, String problem) {}

    /**
     * A version and when it was seen.
     *
     * @param stamp what the file looked like before it was read and after
     * @param firstSeenNanos when this stamp was first seen
     * @param settled whether every further change leaves another stamp
     */
    private record Known<T>(FileStamp stamp, Version<T> version, long firstSeenNanos, boolean settled) {}

    /**
     * A file that need not be there yet.
     *
     * @param maxBytes longest file that is read
     * @param nanoTime a clock that only ever advances, in nanoseconds
     */
    public WatchedFile(Path path, long maxBytes, Reading<T> reading, Stamps stamps, LongSupplier nanoTime) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.reading = reading;
        this.stamps = stamps;
        this.nanoTime = nanoTime;
    }

    /**
     * The version that is in the file at some moment between the beginning and the end of this call.
     *
     * @throws UnusableFileException if there is none
     * @throws InterruptedException if the thread was interrupted while another one read the file
     */
    public Version<T> current() throws UnusableFileException, InterruptedException {
        try {
            Known<T> now = knownAs(stamps.of(path));
            if (now == null || !now.settled) {
                now = refresh();
            }
            return now.version;
        } catch (IOException e) {
            throw unreadable();
        }
    }

    private @Nullable Known<T> knownAs(FileStamp stamp) {
        Known<T> last = known;
        return last != null && last.stamp.equals(stamp) ? last : null;
    }

    private Known<T> refresh() throws IOException, UnusableFileException, InterruptedException {
        oneReader.lockInterruptibly();
        try {
            Known<T> confirmed = confirm(knownAs(stamps.of(path)));
            return confirmed != null ? confirmed : read();
        } finally {
            oneReader.unlock();
        }
    }

    /** Makes sure that a version whose stamp is the file's is still what is in it; null if it is not. */
    private @Nullable Known<T> confirm(@Nullable Known<T> last) throws IOException {
        if (last == null || last.settled) {
            return last;
        }
        long begin = nanoTime.getAsLong();
        if (!sha256().equals(last.version.sha256) || !stamps.of(path).equals(last.stamp)) {
            return null;
        }
        if (begin - last.firstSeenNanos < last.stamp.granularity().toNanos()) {
            return last;
        }
        Known<T> settled = new Known<>(last.stamp, last.version, last.firstSeenNanos, true);
        known = settled;
        return settled;
    }

    private Known<T> read() throws IOException, UnusableFileException {
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            FileStamp before = stamps.of(path);
            Known<T> last = knownAs(before);
            long firstSeen = last == null ? nanoTime.getAsLong() : last.firstSeenNanos;
            // Whatever comes of it, the old content must not be taken for the new, which needs its memory.
            last = null;
            known = null;
            checkKind(before);
            Known<T> read = new Known<>(before, parse(), firstSeen, false);
            if (stamps.of(path).equals(before)) {
                known = read;
                return read;
            }
        }
        throw new UnusableFileException(UnusableFileException.Kind.CHANGING, "is being written to");
    }

    private void checkKind(FileStamp stamp) throws UnusableFileException {
        if (!stamp.regular()) {
            throw new UnusableFileException(UnusableFileException.Kind.UNREADABLE, "is not a plain file");
        }
        if (stamp.sizeBytes() > maxBytes) {
            throw new UnusableFileException(
                    UnusableFileException.Kind.TOO_LARGE,
                    "has " + stamp.sizeBytes() + " bytes; at most " + maxBytes + " are read");
        }
    }

    private Version<T> parse() throws IOException {
        MessageDigest sha256 = newSha256();
        try (InputStream text = new DigestInputStream(open(), sha256)) {
            T content = null;
            String problem = "";
            try {
                content = reading.read(text);
            } catch (BrokenFileException e) {
                problem = String.valueOf(e.getMessage());
            }
            text.transferTo(OutputStream.nullOutputStream());
            return new Version<>(HexFormat.of().formatHex(sha256.digest()), content, problem);
        }
    }

    private String sha256() throws IOException {
        MessageDigest sha256 = newSha256();
        try (InputStream text = new DigestInputStream(open(), sha256)) {
            text.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private InputStream open() throws IOException {
        return new BoundedInput(new FileInputStream(path.toFile()), maxBytes);
    }

    private UnusableFileException unreadable() {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return new UnusableFileException(UnusableFileException.Kind.MISSING, "does not exist");
        }
        return new UnusableFileException(
                UnusableFileException.Kind.UNREADABLE,
                Files.isSymbolicLink(path) && !Files.exists(path)
                        ? "is a symbolic link that leads nowhere"
                        : "can't be read; check its mode and its owner");
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
