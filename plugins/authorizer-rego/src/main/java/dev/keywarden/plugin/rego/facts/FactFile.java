package dev.keywarden.plugin.rego.facts;

import dev.keywarden.files.FileStamp;
import dev.keywarden.files.UnusableFileException;
import dev.keywarden.files.WatchedFile;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of a list. The version before a broken one stays, since a typing error in one line must not take away what the
 * others say; a file that is gone has no version.
 */
final class FactFile {
    /** 1,000,000 entries with some attributes take 200 MB of text. */
    static final long MAX_BYTES = 1L << 30;

    private final Path path;
    private final System.Logger logger;
    private final WatchedFile<FactTable> file;
    private volatile @Nullable Current last;
    private volatile String lastLogged = "";

    /**
     * What is asked now.
     *
     * @param name of the file
     * @param sha256 digest of the file that the table was read from
     * @param problem why a newer version is not asked, or empty
     */
    record Current(String name, FactTable table, String sha256, String problem) {}

    FactFile(Path path, FactKey key, System.Logger logger) {
        this.path = path;
        this.logger = logger;
        this.file =
                new WatchedFile<>(path, MAX_BYTES, text -> FactReader.read(text, key), FileStamp::of, System::nanoTime);
    }

    Current current() throws PolicyException, InterruptedException {
        WatchedFile.Version<FactTable> version;
        try {
            version = file.current();
        } catch (UnusableFileException e) {
            last = null;
            throw unusable(e.getMessage(), e);
        }
        Current known = last;
        FactTable table = version.content();
        if (table == null) {
            return older(known, version);
        }
        return known != null && known.table == table && known.problem.isEmpty() ? known : take(table, version.sha256());
    }

    private Current take(FactTable table, String sha256) {
        Current current = new Current(name(), table, sha256, "");
        last = current;
        log(
                System.Logger.Level.INFO,
                "The list " + path + " was read: " + table.size() + " entries, SHA-256 " + sha256);
        return current;
    }

    private Current older(@Nullable Current known, WatchedFile.Version<FactTable> broken) throws PolicyException {
        if (known == null) {
            throw unusable("is broken: " + broken.problem(), null);
        }
        if (!known.problem.equals(broken.problem())) {
            known = new Current(known.name, known.table, known.sha256, broken.problem());
            last = known;
        }
        log(
                System.Logger.Level.WARNING,
                "The list " + path + " is broken: " + broken.problem() + "; the version before it stays in use");
        return known;
    }

    private PolicyException unusable(String problem, @Nullable Exception cause) {
        log(System.Logger.Level.WARNING, "The list " + path + " " + problem);
        return new PolicyException(Code.FACTS_UNUSABLE, "the list " + name() + " " + problem, cause);
    }

    private String name() {
        return String.valueOf(path.getFileName());
    }

    /** Says a thing once, and not for every request. */
    private void log(System.Logger.Level level, String line) {
        if (!line.equals(lastLogged)) {
            lastLogged = line;
            logger.log(level, line);
        }
    }
}
