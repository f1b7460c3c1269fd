package dev.keywarden.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The signatures of an archive: a file beside it, with {@code .sig} behind its name, statements one after the other. */
final class SignatureFile {
    /** What stands behind the archive's name. */
    static final String SUFFIX = ".sig";

    private static final int MAX_BYTES = 64 << 10;

    private SignatureFile() {}

    static Path of(Path archive) {
        return archive.resolveSibling(archive.getFileName() + SUFFIX);
    }

    /**
     * Reads the file beside an archive.
     *
     * @return its text; empty if there is none
     * @throws ArchiveProblem if it can't be read, or is too long
     */
    static String textBeside(Path archive) throws ArchiveProblem {
        Path file = of(archive);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ArchiveProblem(file + ": the signatures have more than " + MAX_BYTES
                        + " bytes. Sign the archive anew, into a file of its own");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new ArchiveProblem(
                    file + ": the signatures can't be read (" + e + "). Let this process read them, or take them away");
        }
    }

    /**
     * The statements of a file.
     *
     * @param archive for messages
     * @throws ArchiveProblem if anything else stands there
     */
    static List<PluginSignature> parse(Path archive, String text) throws ArchiveProblem {
        List<String> lines = text.lines().toList();
        List<PluginSignature> signatures = new ArrayList<>();
        for (int at = 0; at < lines.size(); at += PluginSignature.LINES) {
            int first = at;
            signatures.add(
                    PluginSignature.parse(lines.subList(first, Math.min(lines.size(), first + PluginSignature.LINES)))
                            .orElseThrow(() -> new ArchiveProblem(of(archive) + ": what begins in line " + (first + 1)
                                    + " is no signature. Sign the archive anew with `keywarden plugins sign`")));
        }
        return signatures;
    }
}
