package dev.keywarden.plugin.rego.facts;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where a list is: one file, or every {@code *.jsonl} of a folder in the order of their names. */
public final class FactFolder {
    private static final int MAX_FILES = 64;

    private final @Nullable Path folder;
    private final FactKey key;
    private final System.Logger logger;
    private final Map<Path, FactFile> files = new ConcurrentHashMap<>();

    private FactFolder(@Nullable Path folder, FactKey key, System.Logger logger) {
        this.folder = folder;
        this.key = key;
        this.logger = logger;
    }

    /** A list in one file. */
    public static FactFolder ofFile(Path file, FactKey key, System.Logger logger) {
        FactFolder one = new FactFolder(null, key, logger);
        one.files.put(file, new FactFile(file, key, logger));
        return one;
    }

    /** A list in the files of a folder. */
    public static FactFolder ofFolder(Path folder, FactKey key, System.Logger logger) {
        return new FactFolder(folder, key, logger);
    }

    List<FactFile.Current> current() throws PolicyException, InterruptedException {
        List<FactFile.Current> tables = new ArrayList<>();
        for (FactFile file : folder == null ? files.values() : listed(folder)) {
            tables.add(file.current());
        }
        return tables;
    }

    private List<FactFile> listed(Path listed) throws PolicyException {
        TreeMap<String, FactFile> now = new TreeMap<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(listed, "*.jsonl")) {
            for (Path path : names) {
                now.put(path.toString(), files.computeIfAbsent(path, missing -> new FactFile(missing, key, logger)));
            }
        } catch (IOException e) {
            throw new PolicyException(
                    Code.FACTS_UNUSABLE, "the folder " + listed.getFileName() + " of a list can't be read", e);
        }
        files.values().retainAll(now.values());
        if (now.size() > MAX_FILES) {
            throw new PolicyException(
                    Code.FACTS_UNUSABLE,
                    "the folder " + listed.getFileName() + " of a list has more than " + MAX_FILES + " files");
        }
        return List.copyOf(now.values());
    }
}
