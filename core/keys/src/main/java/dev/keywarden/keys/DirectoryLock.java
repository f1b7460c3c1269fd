package dev.keywarden.keys;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps two processes from using one key directory; the operating system releases it when a process dies. */
final class DirectoryLock {
    private static final String LOCK_FILE = ".lock";

    private DirectoryLock() {}

    /** @throws KeyException if another process has it */
    static AutoCloseable take(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // The same process has it already: the same answer as for another one.
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new KeyException(directory + ": another Keywarden node uses this key directory. Stop it first,"
                    + " or give this one a core.cert_dir of its own");
        }
        return channel;
    }
}
