package dev.keywarden.plugin.rego.bundle;

import dev.keywarden.files.FileStamp;
import dev.keywarden.files.UnusableFileException;
import dev.keywarden.files.WatchedFile;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A bundle in a file. */
public final class FileSource implements BundleSource {
    private final Path path;
    private final BundleReader reader;
    private final WatchedFile<byte[]> file;
    private String lastSha256 = "";
    private String lastProblem = "";

    /** A file that need not be there yet. */
    public FileSource(Path path, BundleReader reader, BundleLimits limits) {
        this.path = path;
        this.reader = reader;
        this.file = new WatchedFile<>(
                path, limits.packedBytes(), InputStream::readAllBytes, FileStamp::of, System::nanoTime);
    }

    @Override
    public @Nullable Bundle poll() throws PolicyException, InterruptedException {
        WatchedFile.Version<byte[]> version;
        try {
            version = file.current();
        } catch (UnusableFileException e) {
            lastSha256 = "";
            if (lastProblem.equals(e.getMessage())) {
                return null;
            }
            lastProblem = e.getMessage();
            throw new PolicyException(code(e.kind()), e.getMessage(), e);
        }
        lastProblem = "";
        byte[] archive = version.content();
        if (archive == null || version.sha256().equals(lastSha256)) {
            return null;
        }
        lastSha256 = version.sha256();
        return reader.readArchive(archive);
    }

    private static Code code(UnusableFileException.Kind kind) {
        return switch (kind) {
            case MISSING -> Code.BUNDLE_MISSING;
            case TOO_LARGE -> Code.BUNDLE_TOO_LARGE;
            case UNREADABLE, CHANGING -> Code.BUNDLE_UNREADABLE;
        };
    }

    @Override
    public String shown() {
        return path.toString();
    }
}
