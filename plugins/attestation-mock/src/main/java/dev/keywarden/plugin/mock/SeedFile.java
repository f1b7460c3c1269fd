package dev.keywarden.plugin.mock;

import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Optional;

/**
 * The seed that this directory's software root is made of, kept as 64 hex digits and a line feed so that it can be copied
 * into another node's configuration. Made once, readable by its owner alone, and never replaced.
 */
final class SeedFile {
    private static final int SEED_BYTES = 32;
    private static final int FILE_BYTES = 2 * SEED_BYTES + 1;

    private final Path file;
    private final SecureRandom random;

    SeedFile(Path directory, SecureRandom random) {
        this.file = directory.resolve("seed");
        this.random = random;
    }

    /**
     * The seed that is kept, if there is one.
     *
     * @throws PluginException with {@link Kind#MISCONFIGURED} if the file is something else
     */
    Optional<Bytes> read() {
        byte[] content;
        try {
            if (Files.size(file) != FILE_BYTES) {
                throw damaged("has " + Files.size(file) + " bytes where " + FILE_BYTES + " must stand");
            }
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new PluginException(Kind.MISCONFIGURED, file + ": can't be read (" + e + "); check its owner", e);
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\n")) {
            throw damaged("does not end with its one line");
        }
        try {
            return Optional.of(Bytes.fromHex(text.substring(0, text.length() - 1)));
        } catch (IllegalArgumentException e) {
            throw damaged("is not 64 hex digits");
        }
    }

    /**
     * The seed that is kept, made now if there is none. Of two processes that make one at once, both get that of the
     * first.
     *
     * @throws PluginException with {@link Kind#MISCONFIGURED} if it can be neither read nor written
     */
    Bytes readOrCreate() {
        Optional<Bytes> kept = read();
        if (kept.isPresent()) {
            return kept.get();
        }
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        Bytes made = Bytes.of(seed);
        try {
            Path draft = writeDraft(made);
            try {
                publish(draft);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new PluginException(
                    Kind.MISCONFIGURED,
                    file + ": can't be written (" + e + "); check that the directory belongs to this user, or set"
                            + " core.attestation.mock.seed",
                    e);
        }
        return read().orElseThrow(() -> damaged("vanished right after it was written"));
    }

    private Path writeDraft(Bytes seed) throws IOException {
        Path draft = Files.createTempFile(
                file.getParent(),
                "seed-",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        ByteBuffer line = ByteBuffer.wrap((seed.toHex() + "\n").getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(draft, EnumSet.of(StandardOpenOption.WRITE))) {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        }
        return draft;
    }

    /** Gives the draft its name unless something has it already. */
    private void publish(Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // Another process was faster; its seed is the one that counts.
            return;
        } catch (UnsupportedOperationException | IOException e) {
            // A file system without hard links: renaming is still atomic, though it would replace.
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private PluginException damaged(String what) {
        return new PluginException(
                Kind.MISCONFIGURED,
                file + ": " + what
                        + ". Restore it, or delete it to have a new software root made; evidence under the old"
                        + " root is then refused");
    }
}
