package dev.keywarden.plugin.rego.bundle;

import dev.keywarden.files.FileStamp;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An unpacked bundle in a folder. Symbolic links in it lead to files; folders are not followed out of it. */
public final class FolderSource implements BundleSource {
    /** After so long a change leaves another stamp on every file system. */
    private static final Duration SETTLED = Duration.ofMillis(2100);

    private static final int MAX_DEPTH = 32;

    private final Path folder;
    private final BundleReader reader;
    private final BundleLimits limits;
    private Map<String, FileStamp> seen = Map.of();
    private long seenSince;
    private String lastSha256 = "";

    /** A folder that need not be there yet. */
    public FolderSource(Path folder, BundleReader reader, BundleLimits limits) {
        this.folder = folder;
        this.reader = reader;
        this.limits = limits;
    }

    @Override
    public @Nullable Bundle poll() throws PolicyException {
        try {
            Map<String, FileStamp> now = look();
            boolean same = now.equals(seen);
            if (same && System.nanoTime() - seenSince > SETTLED.toNanos()) {
                return null;
            }
            seenSince = same ? seenSince : System.nanoTime();
            seen = now;
            Bundle bundle = reader.read(files(now));
            if (!look().equals(now) || bundle.sha256().equals(lastSha256)) {
                return null;
            }
            lastSha256 = bundle.sha256();
            return bundle;
        } catch (IOException | UncheckedIOException e) {
            throw new PolicyException(Code.BUNDLE_UNREADABLE, "can't be read: " + e.getMessage(), e);
        }
    }

    private Map<String, FileStamp> look() throws IOException, PolicyException {
        Map<String, FileStamp> stamps = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder, MAX_DEPTH)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    stamps.put(name(path), FileStamp.of(path));
                }
                if (stamps.size() > BundleLimits.MAX_FILES) {
                    throw new PolicyException(
                            Code.BUNDLE_TOO_LARGE, "has more than " + BundleLimits.MAX_FILES + " files");
                }
            }
        }
        return stamps;
    }

    private String name(Path path) {
        return folder.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    private BundleFiles files(Map<String, FileStamp> names) throws IOException, PolicyException {
        BundleFiles files = new BundleFiles(limits);
        for (Map.Entry<String, FileStamp> entry : names.entrySet()) {
            if (!entry.getValue().regular()) {
                throw new PolicyException(
                        Code.BUNDLE_BAD_PATH, "has " + BundleFiles.shown(entry.getKey()) + ", which is no plain file");
            }
            if (entry.getValue().sizeBytes() > files.left()) {
                throw files.tooLarge();
            }
            try (InputStream in =
                    new FileInputStream(folder.resolve(entry.getKey()).toFile())) {
                files.add(entry.getKey(), in.readNBytes((int) Math.min(files.left() + 1, Integer.MAX_VALUE - 8)));
            }
        }
        return files;
    }

    @Override
    public String shown() {
        return folder.toString();
    }
}
