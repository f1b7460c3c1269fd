package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the files of one log are called. Beside the file that records are added to, {@code decisions.jsonl}, lie the full ones, by
 * the number of their first record, {@code decisions-000000000017.jsonl}, and where the log ends, {@code decisions.jsonl.head}.
 *
 * @param active the file that records are added to
 */
record LogFolder(Path active) {
    private static final int DIGITS = 12;

    LogFolder {
        active = active.toAbsolutePath();
    }

    Path head() {
        return active.resolveSibling(name() + ".head");
    }

    /** @param first number of its first record */
    Path full(long first) {
        return active.resolveSibling(stem() + "-" + ("%0" + DIGITS + "d").formatted(first) + extension());
    }

    /** Where a log of the format before this one is put. */
    Path formerFormat() {
        return active.resolveSibling(stem() + "-v1" + extension());
    }

    /** The full files, oldest first. */
    List<Path> fullFiles() throws IOException {
        Path folder = active.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        Pattern wanted =
                Pattern.compile(Pattern.quote(stem()) + "-\\d{" + DIGITS + ",18}" + Pattern.quote(extension()));
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry ->
                            wanted.matcher(String.valueOf(entry.getFileName())).matches())
                    .sorted((one, other) -> Long.compare(first(one), first(other)))
                    .toList();
        }
    }

    /** All files of the log, oldest first, the active one last. */
    List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(fullFiles());
        if (Files.exists(active)) {
            files.add(active);
        }
        return files;
    }

    /** Number of the first record of a full file, from its name. */
    long first(Path full) {
        String name = String.valueOf(full.getFileName());
        return Long.parseLong(
                name.substring(stem().length() + 1, name.length() - extension().length()));
    }

    private String name() {
        return String.valueOf(active.getFileName());
    }

    private String stem() {
        return name().substring(0, name().length() - extension().length());
    }

    private String extension() {
        int dot = name().lastIndexOf('.');
        return dot > 0 ? name().substring(dot) : "";
    }

    /** Makes a file (0600) and its folders (0700) where they are not there; durable, so that what is in it is found again. */
    static void create(Path file) throws IOException {
        createFolder(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            force(file.getParent());
        }
    }

    static void createFolder(@Nullable Path folder) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            createFolder(folder.getParent());
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            force(folder.getParent());
        }
    }

    /** Flushes the names in a folder. */
    static void force(@Nullable Path folder) throws IOException {
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
