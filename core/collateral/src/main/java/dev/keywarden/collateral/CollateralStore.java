package dev.keywarden.collateral;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Collateral on disk, one file a set, in the form that tools exchange: a restart needs no network, and a node without one
 * lives on what is imported. The disk is not trusted; whoever reads has everything verified anew.
 */
public final class CollateralStore implements CollateralSource {
    /** Most sets that are kept; the one written first goes. */
    public static final int MAX_SETS = 1024;

    private static final String SUFFIX = ".json";

    private final Path directory;

    /** @param directory made when something is first kept, with mode 0700 */
    public CollateralStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return directory.toString();
    }

    /** What is kept for a request; empty if nothing is. */
    public Optional<Collateral> read(CollateralRequest request) {
        Path file = file(request);
        return Files.exists(file) ? Optional.of(CollateralFile.read(file)) : Optional.empty();
    }

    @Override
    public Collateral fetch(CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
        Collateral kept = read(request)
                .orElseThrow(
                        () -> new CollateralException(
                                DcapCode.COLLATERAL_UNAVAILABLE,
                                "there is no " + file(request)
                                        + ", and no collateral service is configured. `keywarden collateral import` puts it there"));
        CollateralAge unused = judge.apply(kept);
        return kept;
    }

    /**
     * Keeps a set in place of what was kept for the same request, all or nothing.
     *
     * @return where it lies now
     */
    public Path write(CollateralRequest request, Collateral collateral) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path draft = Files.createTempFile(directory, "draft-", ".new");
        try {
            try (FileChannel channel = FileChannel.open(draft, EnumSet.of(StandardOpenOption.WRITE))) {
                ByteBuffer content = ByteBuffer.wrap(collateral.toJson());
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                channel.force(true);
            }
            Files.move(draft, file(request), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
        forgetTheOldest();
        return file(request);
    }

    /** The files there are, by name. */
    public List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private void forgetTheOldest() throws IOException {
        List<Path> files = files();
        List<Path> oldest = files.stream()
                .sorted(Comparator.comparing(CollateralStore::written))
                .limit(Math.max(0, files.size() - MAX_SETS))
                .toList();
        for (Path file : oldest) {
            Files.deleteIfExists(file);
        }
    }

    private static long written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private Path file(CollateralRequest request) {
        return directory.resolve(request + SUFFIX);
    }
}
