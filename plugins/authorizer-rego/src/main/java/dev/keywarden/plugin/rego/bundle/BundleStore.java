package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last good bundle of a server, in the plugin's scratch directory: one file, so that it is whole or not there. Its name
 * tells which server it is from. Whoever reads it checks it as if it came from the server.
 */
public final class BundleStore {
    private static final int MAGIC = 0x4b57_4231;
    private static final int MAX_TAG_BYTES = 1024;

    private final Supplier<Path> folder;
    private final String name;
    private final long maxBytes;
    private final System.Logger logger;

    /**
     * What is kept.
     *
     * @param archive as it came from the server
     * @param tag of it, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on and never compared
    public record Kept(byte[] archive, @Nullable String tag) {}

    /**
     * A place for the bundle of one server.
     *
     * @param folder asked for when it is needed first
     * @param url of the server
     */
    public BundleStore(Supplier<Path> folder, String url, long maxBytes, System.Logger logger) {
        this.folder = folder;
        this.name =
                "bundle-" + HexFormat.of().formatHex(BundleReader.newSha256().digest(url.getBytes(UTF_8)), 0, 8);
        this.maxBytes = maxBytes;
        this.logger = logger;
    }

    /** What was kept, or null. */
    @Nullable Kept load() {
        Path file = folder.get().resolve(name);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > maxBytes + 2 * MAX_TAG_BYTES) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
            if (in.remaining() < 2 * Integer.BYTES || in.getInt() != MAGIC) {
                return null;
            }
            int tagBytes = in.getInt();
            if (tagBytes < 0 || tagBytes > Math.min(MAX_TAG_BYTES, in.remaining())) {
                return null;
            }
            String tag = new String(in.array(), in.position(), tagBytes, UTF_8);
            byte[] archive = Arrays.copyOfRange(in.array(), in.position() + tagBytes, in.limit());
            return new Kept(archive, tag.isEmpty() ? null : tag);
        } catch (IOException e) {
            logger.log(System.Logger.Level.WARNING, "The bundle kept in " + file + " can't be read", e);
            return null;
        }
    }

    /** Keeps a bundle in place of the one before. */
    void keep(Kept kept) {
        Path file = folder.get().resolve(name);
        byte[] tag = kept.tag() == null ? new byte[0] : kept.tag().getBytes(UTF_8);
        ByteBuffer out = ByteBuffer.allocate(2 * Integer.BYTES + tag.length + kept.archive().length)
                .putInt(MAGIC)
                .putInt(tag.length)
                .put(tag)
                .put(kept.archive())
                .flip();
        try {
            write(file, out);
        } catch (IOException e) {
            logger.log(
                    System.Logger.Level.WARNING,
                    "The bundle can't be kept in " + file + "; a restart will need the server",
                    e);
        }
    }

    /** Writes a file so that after a crash the old or the new one is there, whole. */
    static void write(Path file, ByteBuffer content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
