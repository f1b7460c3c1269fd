package dev.keywarden.app.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policies of the distribution, which new ones begin with.
 *
 * @param root holds {@code lib}, {@code default}, {@code examples}, {@code schemas} and {@code capabilities.json}
 */
public record PolicyTemplates(Path root) {
    /** What every policy gets, whatever else it begins with. */
    private static final List<String> COMMON = List.of("schemas", ".regal");

    private static final String POLICY = "keywarden";

    /** The examples by name. */
    public List<String> examples() {
        try (Stream<Path> folders = Files.list(root.resolve("examples"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new PolicyFailure(root + ": the distribution's policies can't be read (" + e + ")", e);
        }
    }

    /**
     * Makes a folder with the default policy, or an example over it; an example with a policy of its own comes with the
     * library alone.
     *
     * @throws PolicyFailure if the folder has something in it, or there is no such example
     */
    public void create(Path folder, @Nullable String example) {
        if (example != null && !examples().contains(example)) {
            throw new PolicyFailure(
                    "there is no example \"" + example + "\"; there are " + String.join(", ", examples()));
        }
        try {
            if (Files.exists(folder) && !isEmpty(folder)) {
                throw new PolicyFailure(folder + ": there is something already. Name a new folder");
            }
            for (String common : COMMON) {
                Folders.copy(root.resolve(common), folder.resolve(common));
            }
            Folders.copy(root.resolve("lib"), folder.resolve("lib"));
            Files.copy(root.resolve("capabilities.json"), folder.resolve("capabilities.json"));
            Path overlay = example == null ? null : root.resolve("examples").resolve(example);
            if (overlay == null || !Files.isDirectory(overlay.resolve(POLICY))) {
                Folders.copy(root.resolve("default"), folder);
                Files.deleteIfExists(folder.resolve("bundle.tar.gz"));
            }
            if (overlay != null) {
                Folders.copy(overlay, folder);
            }
        } catch (IOException e) {
            throw new PolicyFailure(folder + ": can't be made (" + e + ")", e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}
