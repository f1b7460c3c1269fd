package dev.keywarden.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** The files of one key directory by name; a file is replaced so that a crash leaves the old one or the new one. */
final class KeyFolder {
    private static final String TEMPORARY = ".tmp";

    private final Path directory;
    private final KeyFiles files;

    KeyFolder(Path directory, KeyFiles files) {
        this.directory = directory;
        this.files = files;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    KeyFiles files() {
        return files;
    }

    boolean exists(String name) throws IOException {
        return files.exists(path(name));
    }

    /**
     * Reads a file whole.
     *
     * @return its bytes, the caller's to close
     * @throws KeyException if it can't be read, naming it
     */
    KeyMaterial read(String name) {
        try {
            return KeyMaterial.owning(files.read(path(name)));
        } catch (IOException e) {
            throw new KeyException(path(name) + ": can't be read: " + reason(e), e);
        }
    }

    /** Reads a file that holds nothing secret. */
    String readText(String name) {
        try (KeyMaterial content = read(name)) {
            return content.expose(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** Replaces a file. Durable once this returns. */
    void replace(String name, KeyMaterial content) throws IOException {
        replaceLater(name, content);
        force();
    }

    /** Replaces a file that holds nothing secret. Durable once this returns. */
    void replace(String name, String content) throws IOException {
        try (KeyMaterial bytes = text(content)) {
            replace(name, bytes);
        }
    }

    /** A text as the bytes of a file. */
    static KeyMaterial text(String content) {
        return KeyMaterial.owning(content.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a file; the old one may come back in a crash before {@link #force}. */
    void replaceLater(String name, KeyMaterial content) throws IOException {
        Path temporary = path(name + TEMPORARY);
        if (files.exists(temporary)) {
            files.delete(temporary);
        }
        create(files, temporary, content, KeyFileNames.modeOf(name));
        files.rename(temporary, path(name));
    }

    /** Creates a file with durable content, in a directory that has yet to be forced. */
    static void create(KeyFiles files, Path file, KeyMaterial content, int mode) throws IOException {
        byte[] bytes = content.expose(byte[]::clone);
        try {
            files.create(file, bytes, mode);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        files.force(file);
    }

    /** Removes what a crash left of {@link #replaceLater}. Files of other names are not ours to delete. */
    void deleteTemporaries() throws IOException {
        for (String name : KeyFileNames.COMMIT_ORDER) {
            if (exists(name + TEMPORARY)) {
                files.delete(path(name + TEMPORARY));
            }
        }
    }

    void force() throws IOException {
        files.forceDirectory(directory);
    }

    /** What went wrong, without the path, which the message names already. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String said = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }
}
