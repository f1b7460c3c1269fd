package dev.keywarden.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says about a file, symbolic links followed: two versions of a file differ in it.
 *
 * <p>The time of the last change of the inode (POSIX {@code st_ctime}) is the part that nobody can set: it tells even a
 * file that was written in place, has the same length, and was given its old time of modification back. It is as fine as
 * the file system's clock, which {@link #granularity} allows for.
 *
 * @param identity device and inode
 * @param sizeBytes length
 * @param modified when it was last written, as it says
 * @param changed when the inode last changed; the same as {@code modified} where the file system has no such thing
 * @param regular whether it is a plain file
 */
public record FileStamp(
        @Nullable Object identity, long sizeBytes, FileTime modified, FileTime changed, boolean regular) {
    /** Kernels stamp files with the time of their last tick, which is at most 10 ms ago. */
    private static final Duration FINE = Duration.ofMillis(50);

    /** The coarsest in use is FAT with 2 s. */
    private static final Duration COARSE = Duration.ofMillis(2100);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final String UNIX_ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile";

    /** Looks at a file. */
    public static FileStamp of(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            FileTime modified = attributes.lastModifiedTime();
            return new FileStamp(
                    attributes.fileKey(), attributes.size(), modified, modified, attributes.isRegularFile());
        }
        Map<String, Object> attributes = Files.readAttributes(file, UNIX_ATTRIBUTES);
        return new FileStamp(
                new Inode(number(attributes, "dev"), number(attributes, "ino")),
                number(attributes, "size"),
                time(attributes, "lastModifiedTime"),
                time(attributes, "ctime"),
                Boolean.TRUE.equals(attributes.get("isRegularFile")));
    }

    private record Inode(long device, long number) {}

    private static long number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("the file system does not tell " + name);
    }

    private static FileTime time(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof FileTime time) {
            return time;
        }
        throw new IOException("the file system does not tell " + name);
    }

    /**
     * How long after this stamp was first seen a further change may still leave it as it is. A file system that counts in
     * whole seconds is known by its stamps; that a finer one gives such a stamp is one chance in a billion, and harmless.
     */
    public Duration granularity() {
        return changed.to(TimeUnit.NANOSECONDS) % NANOS_PER_SECOND == 0 ? COARSE : FINE;
    }
}
