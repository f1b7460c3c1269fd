package dev.keywarden.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The archives of a folder, looked at without loading any. */
public final class PluginArchives {
    private PluginArchives() {}

    /**
     * Lists every archive, sound or not, as a node with these settings would see it.
     *
     * @throws PluginLoadException if the folder can't be read
     */
    public static List<PluginListing> inspect(PluginHostSettings settings) {
        TrustPolicy trust = settings.trust();
        ArchiveReader reader = new ArchiveReader();
        List<PluginListing> listings = new ArrayList<>();
        for (Path file : files(settings.pluginsDirectory())) {
            try {
                listings.add(listing(read(reader, file), trust));
            } catch (ArchiveProblem e) {
                listings.add(new PluginListing(file, "", "", "", "", e.getMessage(), false));
            }
        }
        return listings;
    }

    /**
     * Reads an archive of a folder.
     *
     * @throws ArchiveProblem if it can't be used, or is a link to somewhere else, where others may change what it shows
     */
    static PluginArchive read(ArchiveReader reader, Path file) throws ArchiveProblem {
        try {
            if (Files.isSymbolicLink(file)) {
                Path target = file.toRealPath();
                Path folder = file.toAbsolutePath().getParent();
                if (folder == null || !target.startsWith(folder.toRealPath())) {
                    throw new ArchiveProblem(file + ": this is a symbolic link out of the plugin folder, to " + target
                            + ". Copy the archive into the folder");
                }
            }
        } catch (IOException e) {
            throw new ArchiveProblem(
                    file + ": the symbolic link leads nowhere (" + e + "). Copy the archive into the" + " folder");
        }
        return reader.read(file);
    }

    static PluginListing listing(PluginArchive archive, TrustPolicy trust) {
        return new PluginListing(
                archive.file(),
                archive.id(),
                archive.version(),
                archive.requires(),
                archive.sha256(),
                trust.status(archive),
                trust.refusal(archive).isEmpty());
    }

    /** The archives of a folder in the order of their names. */
    static List<Path> files(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new PluginLoadException(
                    List.of(directory + ": the plugin folder can't be read (" + e + "). Check core.plugins.dir"));
        }
    }
}
