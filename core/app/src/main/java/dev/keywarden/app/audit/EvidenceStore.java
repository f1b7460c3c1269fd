package dev.keywarden.app.audit;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What decisions rest on, by its SHA-256: {@code ab/abcdef...}, up to a number of bytes; what was kept first goes first.
 *
 * <p>Files are not flushed: what a power cut takes away makes a decision harder to repeat, and no less recorded. A file that
 * does not have its digest is as good as none.
 */
public final class EvidenceStore {
    private static final System.Logger LOG = System.getLogger(EvidenceStore.class.getName());
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final int SHARE_TO_FREE = 10;

    private final Path folder;
    private final long limit;

    // Guarded by this: sizes in bytes by digest, what was kept first at the beginning.
    private final Map<String, Long> sizes = new LinkedHashMap<>();
    private long total;

    private EvidenceStore(Path folder, long limit) {
        this.folder = folder.toAbsolutePath();
        this.limit = limit;
    }

    /**
     * Opens a store, whose folder may be missing.
     *
     * @param limit in bytes; zero keeps nothing
     */
    static EvidenceStore open(Path folder, long limit) throws IOException {
        EvidenceStore store = new EvidenceStore(folder, limit);
        store.look();
        return store;
    }

    /** A store that is only read. */
    public static EvidenceStore readOnly(Path folder) {
        return new EvidenceStore(folder, 0);
    }

    private synchronized void look() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        record Found(String name, long size, FileTime time) {}
        List<Found> found = new ArrayList<>();
        try (Stream<Path> entries = Files.walk(folder, 2)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = String.valueOf(entry.getFileName());
                if (NAME.matcher(name).matches()) {
                    found.add(new Found(name, Files.size(entry), Files.getLastModifiedTime(entry)));
                } else if (name.endsWith(".tmp")) {
                    Files.delete(entry);
                }
            }
        }
        found.sort((one, other) -> one.time().compareTo(other.time()));
        for (Found entry : found) {
            sizes.put(entry.name(), entry.size());
            total += entry.size();
        }
        makeRoom(0);
    }

    /**
     * Keeps content that is not kept yet. Content larger than the whole store is not kept.
     *
     * @throws IOException if it can't be written, although older content was removed for it
     */
    synchronized void keep(Bytes sha256, Supplier<Bytes> content) throws IOException {
        if (limit == 0 || sizes.containsKey(sha256.toHex())) {
            return;
        }
        byte[] bytes = content.get().toArray();
        if (bytes.length > limit) {
            return;
        }
        makeRoom(bytes.length);
        try {
            write(sha256.toHex(), bytes);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> folder + ": evidence can't be written (" + e.getMessage() + "); making room among the older");
            makeRoom(limit / SHARE_TO_FREE + Math.max(0, limit - total));
            write(sha256.toHex(), bytes);
        }
        sizes.put(sha256.toHex(), (long) bytes.length);
        total += bytes.length;
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = path(name);
        LogFolder.createFolder(file.getParent());
        Path temporary = file.resolveSibling(name + ".tmp");
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private void makeRoom(long bytes) throws IOException {
        Iterator<Map.Entry<String, Long>> oldest = sizes.entrySet().iterator();
        while (total + bytes > limit && oldest.hasNext()) {
            Map.Entry<String, Long> entry = oldest.next();
            Files.deleteIfExists(path(entry.getKey()));
            total -= entry.getValue();
            oldest.remove();
        }
    }

    private Path path(String name) {
        return folder.resolve(name.substring(0, 2)).resolve(name);
    }

    /** How much is kept, in bytes. */
    synchronized long bytes() {
        return total;
    }

    /**
     * What has a digest.
     *
     * @param sha256 64 hex digits in lower case
     * @return empty if it is not kept, or what is kept has another digest
     */
    public Optional<Bytes> find(String sha256) {
        if (!NAME.matcher(sha256).matches()) {
            return Optional.empty();
        }
        try {
            Bytes content = Bytes.of(Files.readAllBytes(path(sha256)));
            return digest(content).toHex().equals(sha256) ? Optional.of(content) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> path(sha256) + ": can't be read: " + e);
            return Optional.empty();
        }
    }

    /** SHA-256, 32 bytes. */
    public static Bytes digest(Bytes content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            content.update(digest);
            return Bytes.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
