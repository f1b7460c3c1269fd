package dev.keywarden.app.admin;

import dev.keywarden.rpc.RpcException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was downloaded and computed for OS images, and how it is removed (wire protocol, sections 2.3 and 13.1).
 *
 * <p>No path is ever made of what a caller sent (section 14, defect 13): entries are looked for among those that are there.
 */
public final class ImageCache {
    private static final System.Logger LOG = System.getLogger(ImageCache.class.getName());
    private static final String EVERYTHING = "all";
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]+");

    private final Path images;
    private final Path measurements;

    /** @param directory may be missing */
    public ImageCache(Path directory) {
        this.images = directory.resolve("images");
        this.measurements = directory.resolve("measurements");
    }

    /**
     * Removes images and measurements.
     *
     * @param imageHash nothing if empty, everything if {@code all}, or one image by its hash in hex
     * @param configHash likewise for measurements, by the hash of their VM configuration
     * @throws RpcException if either is something else, before anything is removed; or if something can't be removed
     */
    public void clear(String imageHash, String configHash) {
        requireKey(imageHash);
        requireKey(configHash);
        try {
            clear(images, imageHash, "");
            clear(measurements, configHash, ".json");
        } catch (IOException e) {
            throw failed(e.toString());
        }
    }

    private static void requireKey(String key) {
        if (!key.isEmpty() && !key.equals(EVERYTHING) && !HEX.matcher(key).matches()) {
            throw failed("invalid cache key");
        }
    }

    private static RpcException failed(String reason) {
        return new RpcException("failed to clear image cache: " + reason);
    }

    private static void clear(Path directory, String key, String suffix) throws IOException {
        if (key.equals(EVERYTHING)) {
            remove(directory);
        } else if (!key.isEmpty()) {
            String wanted = key.toLowerCase(Locale.ROOT);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    String name = String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT);
                    if (name.equals(wanted) || name.equals(wanted + suffix)) {
                        remove(entry);
                    }
                }
            } catch (NoSuchFileException | NotDirectoryException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "Nothing is cached in " + directory);
            }
        }
    }

    /** Removes a link and not what it leads to. */
    private static void remove(Path entry) throws IOException {
        if (!Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(entry, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
        LOG.log(System.Logger.Level.INFO, () -> "Removed " + entry + " from the image cache");
    }
}
