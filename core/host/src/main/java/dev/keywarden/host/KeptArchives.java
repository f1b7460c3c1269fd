package dev.keywarden.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Copies of the archives that generations were made of, so that one can be made again after the folder has changed.
 *
 * <p>The copies are no more trusted than the folder they came from: going back takes them only with the
 * digests that were loaded the first time, and only if they are still trusted.
 */
final class KeptArchives {
    private static final System.Logger LOG = System.getLogger(KeptArchives.class.getName());

    private final Path root;

    /** @param root a folder for this alone; what lies in it from an earlier process is removed */
    KeptArchives(Path root) {
        this.root = root;
        remove(root);
    }

    /**
     * What is needed to make a generation again.
     *
     * @param settings as they were, but for the copies and their digests
     */
    record Kept(PluginHostSettings settings) {}

    /** Copies what a generation uses; empty if it changed since, or can't be copied. */
    Optional<Kept> keep(long number, PluginHostSettings settings, PluginHost host) {
        Path folder = root.resolve(Long.toString(number));
        Map<String, String> digests = new LinkedHashMap<>();
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (PluginArchive archive : host.archives()) {
                byte[] content = Files.readAllBytes(archive.file());
                if (!ArchiveReader.sha256(content).equals(archive.sha256())) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "{0} changed while it was put into use, so there will be no way back to this generation",
                            archive.file());
                    return Optional.empty();
                }
                Files.write(folder.resolve(archive.id() + ".jar"), content);
                Path signatures = SignatureFile.of(folder.resolve(archive.id() + ".jar"));
                Files.writeString(signatures, archive.signatures());
                digests.put(archive.id(), archive.sha256());
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: the plugins in use can't be copied ({1}), so there will be no way back to this generation",
                    folder,
                    e.toString());
            return Optional.empty();
        }
        return Optional.of(new Kept(settings.withArchives(folder, digests)));
    }

    /** Removes the copies of all generations but these. */
    void retain(List<Long> numbers) {
        try (Stream<Path> folders = Files.list(root)) {
            folders.filter(folder -> !numbers.stream()
                            .map(number -> root.resolve(Long.toString(number)))
                            .toList()
                            .contains(folder))
                    .forEach(KeptArchives::remove);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "nothing to remove in " + root, e);
        }
    }

    private static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry :
                    entries.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: old copies can't be removed: {1}", folder, e.toString());
        }
    }
}
