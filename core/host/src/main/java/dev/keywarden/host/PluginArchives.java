package dev.keywarden.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The archives of a folder, looked at without loading any. */
public final class PluginArchives {
    private PluginArchives() {}

    /**
     * Lists every archive, sound or not.
     *
     * @param pins SHA-256 in hex by plugin id, from the configuration
     * @param distributionPins SHA-256 in lower-case hex of the archives that came with the application
     * @throws PluginLoadException if the folder can't be read
     */
    public static List<PluginListing> inspect(Path directory, Map<String, String> pins, Set<String> distributionPins) {
        TrustPolicy trust = new TrustPolicy(TrustMode.PINNED, pins, distributionPins);
        ArchiveReader reader = new ArchiveReader();
        List<PluginListing> listings = new ArrayList<>();
        for (Path file : files(directory)) {
            try {
                listings.add(listing(reader.read(file), trust));
            } catch (ArchiveProblem e) {
                listings.add(new PluginListing(file, "", "", "", "", e.getMessage(), false));
            }
        }
        return listings;
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
