package dev.keywarden.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/**
 * The highest version of each plugin that this node ran, kept in a file: whoever can write the plugin folder could
 * otherwise bring back an old version, whose signature is as good as ever.
 */
final class VersionFloor {
    private static final String FILE = "plugin-versions";

    private final VersionManager versions = new DefaultVersionManager();
    private final Path file;
    private final Map<String, String> highest;

    private VersionFloor(Path file, Map<String, String> highest) {
        this.file = file;
        this.highest = highest;
    }

    /**
     * Reads the file.
     *
     * @param root folder of what plugins and their host remember
     * @throws PluginLoadException if it is there and can't be read: an unknown past must not pass for none
     */
    static VersionFloor in(Path root) {
        Path file = root.resolve(FILE);
        Map<String, String> highest = new TreeMap<>();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] words = line.split(" ", -1);
                    if (words.length != 2) {
                        throw new IOException("this is no line of it: " + line);
                    }
                    highest.put(words[0], words[1]);
                }
            }
        } catch (IOException e) {
            throw new PluginLoadException(List.of(file + ": the versions that this node ran can't be read ("
                    + e.getMessage() + "), so an older plugin can't be told. Repair the file: it has lines of a"
                    + " plugin's id, a space and its version"));
        }
        return new VersionFloor(file, highest);
    }

    /** No past: for a node that does not go by versions. */
    static VersionFloor none() {
        return new VersionFloor(Path.of(FILE), Map.of());
    }

    /** Why an archive is too old; empty if it is not. */
    Optional<String> refusal(PluginArchive archive) {
        String least = highest.getOrDefault(archive.id(), archive.version());
        try {
            if (versions.compareVersions(archive.version(), least) >= 0) {
                return Optional.empty();
            }
        } catch (RuntimeException e) {
            return Optional.of(archive.file() + ": version " + archive.version() + " can't be compared with others."
                    + " Give the plugin a version such as 1.2.3");
        }
        return Optional.of(archive.file() + ": version " + archive.version() + " is older than " + least
                + ", which this node ran, so it may be a rollback that nobody wanted. Put the newer one back, or add \""
                + archive.id() + "\" to core.plugins.allow_older");
    }

    /**
     * Remembers what runs from now on, durably. What runs although it is older lowers nothing.
     *
     * @throws IOException if it can't be kept
     */
    void raise(Collection<PluginArchive> running) throws IOException {
        Map<String, String> next = new TreeMap<>(highest);
        for (PluginArchive archive : running) {
            if (refusal(archive).isEmpty()) {
                next.put(archive.id(), archive.version());
            }
        }
        if (!next.equals(highest)) {
            write(next);
        }
    }

    private void write(Map<String, String> next) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file in a folder");
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        StringBuilder text = new StringBuilder();
        next.forEach(
                (id, version) -> text.append(id).append(' ').append(version).append('\n'));
        Path staged = file.resolveSibling(FILE + ".new");
        Files.write(staged, text.toString().getBytes(StandardCharsets.UTF_8));
        flush(staged);
        Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        flush(folder);
    }

    private static void flush(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
