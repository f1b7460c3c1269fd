package dev.keywarden.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The file operations of the key directory, one method for each thing that a crash can come between.
 *
 * <p>Nothing is durable before it is forced: a file's content by {@link #force}, the names in a directory by {@link
 * #forceDirectory}.
 */
interface KeyFiles {
    /** Whether the name is taken, be it by a link that leads nowhere. */
    boolean exists(Path path) throws IOException;

    /** Whether this is a directory, or a link to one. */
    boolean isDirectory(Path path) throws IOException;

    /** The whole content; a file far larger than any key or certificate is refused. */
    byte[] read(Path file) throws IOException;

    /** Names of the entries of a directory. */
    Set<String> list(Path directory) throws IOException;

    /** Permission bits, for example 0600, of what a link leads to. */
    int mode(Path path) throws IOException;

    /** Creates a file that must not exist yet, with exactly this mode. */
    void create(Path file, byte[] content, int mode) throws IOException;

    /** Creates a directory that must not exist yet, 0700. */
    void createDirectory(Path directory) throws IOException;

    /** Renames atomically within one directory; a file at the target is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty directory. */
    void delete(Path path) throws IOException;

    /** Makes a file's content durable. */
    void force(Path file) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException;
}
