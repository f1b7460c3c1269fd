package dev.keywarden.plugin.allowlist;

import dev.keywarden.spi.Decision;
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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The file, always as it is now.
 *
 * <p>For every decision the file's stamp is looked at, some microseconds' work. If it is the one that the list in memory
 * was read under, that list holds. If not, the file is read, once, by one of those who need it while the others wait: a
 * decision after a change never rests on what was before it, and no watcher can be late or lose an event.
 *
 * <p>A file system's clock ticks, so that two changes within one tick leave the same stamp. Until a stamp has been there
 * for longer than a tick, the file's digest is compared as well (git calls such entries racy and does the same).
 *
 * <p>The file is read through {@link FileInputStream}, which an interrupt does not disturb: a reader whose own deadline
 * passes finishes what the others wait for.
 */
final class AllowlistFile {
    /** 1,000,000 entries take 70 MB of text; the tables for this much of it stay below 2 GiB each in any case. */
    static final long MAX_BYTES = 256L << 20;

    private static final int READ_ATTEMPTS = 5;

    private final Path path;
    private final System.Logger logger;
    private final Stamps stamps;
    private final LongSupplier nanoTime;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Version version;
    private volatile String lastLogged = "";

    /** How a file looks; {@link FileStamp#of} outside of tests. */
    interface Stamps {
        FileStamp of(Path file) throws IOException;
    }

    /**
     * A list that can be decided by.
     *
     * @param list what the file allows
     * @param evidence digest of the file and numbers of entries, for decision records
     */
    record Current(Allowlist list, Map<String, String> evidence) {}

    /**
     * One version of the file.
     *
     * @param stamp what it looked like before it was read and after
     * @param sha256 of its bytes, in hex
     * @param current what is in it, or null if it is broken
     * @param problem why it is broken, or empty
     * @param firstSeenNanos when this stamp was first seen
     * @param settled whether every further change leaves another stamp
     */
    private record Version(
            FileStamp stamp,
            String sha256,
            @Nullable Current current,
            String problem,
            long firstSeenNanos,
            boolean settled) {
        Version settle() {
            return new Version(stamp, sha256, current, problem, firstSeenNanos, true);
        }
    }

    /** @param nanoTime a clock that only ever advances, in nanoseconds */
    AllowlistFile(Path path, System.Logger logger, Stamps stamps, LongSupplier nanoTime) {
        this.path = path;
        this.logger = logger;
        this.stamps = stamps;
        this.nanoTime = nanoTime;
    }

    /**
     * The list that is in the file at some moment between the beginning and the end of this call.
     *
     * @throws UnusableFileException if there is none
     * @throws InterruptedException if the thread was interrupted while another one read the file
     */
    Current current() throws UnusableFileException, InterruptedException {
        try {
            Version now = versionOf(stamps.of(path));
            if (now == null || !now.settled) {
                now = refresh();
            }
            if (now.current == null) {
                throw unusable("allowlist.file_broken", "is broken: " + now.problem, Map.of("file_sha256", now.sha256));
            }
            return now.current;
        } catch (IOException e) {
            throw unreadable();
        }
    }

    /** Reads the file before the first question needs it, so that the log tells of a problem at the start. */
    void readAhead() {
        try {
            current();
        } catch (UnusableFileException e) {
            // It is in the log.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Version versionOf(FileStamp stamp) {
        Version known = version;
        return known != null && known.stamp.equals(stamp) ? known : null;
    }

    private Version refresh() throws IOException, UnusableFileException, InterruptedException {
        reading.lockInterruptibly();
        try {
            Version confirmed = confirm(versionOf(stamps.of(path)));
            return confirmed != null ? confirmed : read();
        } finally {
            reading.unlock();
        }
    }

    /** Makes sure that a version whose stamp is the file's is still what is in it; null if it is not. */
    private @Nullable Version confirm(@Nullable Version known) throws IOException {
        if (known == null || known.settled) {
            return known;
        }
        long begin = nanoTime.getAsLong();
        if (!sha256().equals(known.sha256) || !stamps.of(path).equals(known.stamp)) {
            return null;
        }
        if (begin - known.firstSeenNanos < known.stamp.granularity().toNanos()) {
            return known;
        }
        Version settled = known.settle();
        version = settled;
        return settled;
    }

    private Version read() throws IOException, UnusableFileException {
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            FileStamp before = stamps.of(path);
            Version known = versionOf(before);
            long firstSeen = known == null ? nanoTime.getAsLong() : known.firstSeenNanos;
            // Whatever comes of it, the old list must not be used again, and the new one needs its memory.
            known = null;
            version = null;
            checkKind(before);
            Version read = parse(before, firstSeen);
            if (stamps.of(path).equals(before)) {
                version = read;
                logRead(read);
                return read;
            }
        }
        throw unusable("allowlist.file_changing", "is being written to", Map.of());
    }

    private void checkKind(FileStamp stamp) throws UnusableFileException {
        if (!stamp.regular()) {
            throw unusable("allowlist.file_unreadable", "is not a plain file", Map.of());
        }
        if (stamp.sizeBytes() > MAX_BYTES) {
            throw unusable(
                    "allowlist.file_broken",
                    "has " + stamp.sizeBytes() + " bytes; at most " + MAX_BYTES + " are read",
                    Map.of());
        }
    }

    private Version parse(FileStamp stamp, long firstSeenNanos) throws IOException {
        MessageDigest sha256 = newSha256();
        try (InputStream text = new DigestInputStream(open(), sha256)) {
            Allowlist list = null;
            String problem = "";
            try {
                list = AllowlistReader.read(text);
            } catch (BrokenFileException e) {
                problem = String.valueOf(e.getMessage());
            }
            text.transferTo(OutputStream.nullOutputStream());
            String digest = HexFormat.of().formatHex(sha256.digest());
            return new Version(
                    stamp, digest, list == null ? null : current(list, digest), problem, firstSeenNanos, false);
        }
    }

    private static Current current(Allowlist list, String sha256) {
        Map<String, String> evidence = new HashMap<>(list.counts());
        evidence.put("file_sha256", sha256);
        return new Current(list, Map.copyOf(evidence));
    }

    private String sha256() throws IOException {
        MessageDigest sha256 = newSha256();
        try (InputStream text = new DigestInputStream(open(), sha256)) {
            text.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private InputStream open() throws IOException {
        return new BoundedInput(new FileInputStream(path.toFile()), MAX_BYTES);
    }

    private UnusableFileException unreadable() {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return unusable("allowlist.file_missing", "does not exist", Map.of());
        }
        return unusable(
                "allowlist.file_unreadable",
                Files.isSymbolicLink(path) && !Files.exists(path)
                        ? "is a symbolic link that leads nowhere"
                        : "can't be read; check its mode and its owner",
                Map.of());
    }

    /** Names the file without its folder, since the reason reaches the remote caller; the log gets the whole path. */
    private UnusableFileException unusable(String code, String problem, Map<String, String> evidence) {
        log(
                System.Logger.Level.WARNING,
                "The allowlist " + path + " " + problem + "; until that is mended every request is denied");
        return new UnusableFileException(
                new Decision.Reason(code, "the allowlist " + path.getFileName() + " " + problem), evidence);
    }

    private void logRead(Version read) {
        if (read.current != null) {
            log(
                    System.Logger.Level.INFO,
                    "The allowlist " + path + " was read: "
                            + read.current.list().counts().get("apps") + " apps, SHA-256 " + read.sha256);
        }
    }

    /** Says a thing once, and not for every request. */
    private void log(System.Logger.Level level, String line) {
        if (!line.equals(lastLogged)) {
            lastLogged = line;
            logger.log(level, line);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
