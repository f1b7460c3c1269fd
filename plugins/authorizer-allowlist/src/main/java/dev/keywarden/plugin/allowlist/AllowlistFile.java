package dev.keywarden.plugin.allowlist;

import dev.keywarden.files.UnusableFileException;
import dev.keywarden.files.WatchedFile;
import dev.keywarden.spi.Decision;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The list that is in the file now, or why there is none; the log tells of each version once. */
final class AllowlistFile {
    /** 1,000,000 entries take 70 MB of text; the tables for this much of it stay below 2 GiB each in any case. */
    static final long MAX_BYTES = 256L << 20;

    private final Path path;
    private final System.Logger logger;
    private final WatchedFile<Allowlist> file;
    private volatile @Nullable Current last;
    private volatile String lastLogged = "";

    /**
     * A list that can be decided by.
     *
     * @param list what the file allows
     * @param evidence digest of the file and numbers of entries, for decision records
     */
    record Current(Allowlist list, Map<String, String> evidence) {}

    /** @param nanoTime a clock that only ever advances, in nanoseconds */
    AllowlistFile(Path path, System.Logger logger, WatchedFile.Stamps stamps, LongSupplier nanoTime) {
        this.path = path;
        this.logger = logger;
        this.file = new WatchedFile<>(path, MAX_BYTES, AllowlistReader::read, stamps, nanoTime);
    }

    /**
     * The list that is in the file at some moment between the beginning and the end of this call.
     *
     * @throws NoAllowlistException if there is none
     * @throws InterruptedException if the thread was interrupted while another one read the file
     */
    @SuppressWarnings(
            "ReferenceEquality") // the same list as long as the file stays the same; comparing millions is dear
    Current current() throws NoAllowlistException, InterruptedException {
        WatchedFile.Version<Allowlist> version;
        try {
            version = file.current();
        } catch (UnusableFileException e) {
            throw unusable(
                    e.kind() == UnusableFileException.Kind.TOO_LARGE ? "broken" : word(e), e.getMessage(), Map.of());
        }
        Allowlist list = version.content();
        if (list == null) {
            throw unusable("broken", "is broken: " + version.problem(), Map.of("file_sha256", version.sha256()));
        }
        Current known = last;
        return known != null && known.list == list ? known : remember(list, version.sha256());
    }

    private static String word(UnusableFileException e) {
        return e.kind().name().toLowerCase(Locale.ROOT);
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Reads the file before the first question needs it, so that the log tells of a problem at the start. */
    void readAhead() {
        try {
            current();
        } catch (NoAllowlistException e) {
            // It is in the log.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Current remember(Allowlist list, String sha256) {
        Map<String, String> evidence = new HashMap<>(list.counts());
        evidence.put("file_sha256", sha256);
        Current current = new Current(list, Map.copyOf(evidence));
        last = current;
        log(
                System.Logger.Level.INFO,
                "The allowlist " + path + " was read: " + list.counts().get("apps") + " apps, SHA-256 " + sha256);
        return current;
    }

    /** Names the file without its folder, since the reason reaches the remote caller; the log gets the whole path. */
    private NoAllowlistException unusable(String word, String problem, Map<String, String> evidence) {
        last = null;
        Map<String, String> advised = new HashMap<>(evidence);
        advised.put("decided_by", path + " as a whole");
        advised.put("to_allow", "mend " + path + ", which " + problem);
        log(
                System.Logger.Level.WARNING,
                "The allowlist " + path + " " + problem + "; until that is mended every request is denied");
        return new NoAllowlistException(
                new Decision.Reason("allowlist.file_" + word, "the allowlist " + path.getFileName() + " " + problem),
                advised);
    }

    /** Says a thing once, and not for every request. */
    private void log(System.Logger.Level level, String line) {
        if (!line.equals(lastLogged)) {
            lastLogged = line;
            logger.log(level, line);
        }
    }
}
