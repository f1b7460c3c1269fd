package dev.keywarden.host;

import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.SpiVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/** Reads an archive once, into memory, and refuses whatever is not a plugin of this interface. */
final class ArchiveReader {
    private static final int MAX_ARCHIVE_BYTES = 64 << 20;
    /** All inflated content stays in memory while its plugin does, so this bounds what a folder can cost. */
    private static final long MAX_INFLATED_BYTES = 128L << 20;

    private static final int MAX_ENTRIES = 50_000;
    private static final int MAX_DESCRIPTION_BYTES = 1 << 20;
    private static final int PIECE_BYTES = 4096;

    private static final String SERVICE_ENTRY = "META-INF/services/" + KeywardenPlugin.class.getName();
    private static final String SPI_CLASSES =
            KeywardenPlugin.class.getPackageName().replace('.', '/') + "/";
    /** What an archive says of itself. */
    private static final Set<String> DESCRIPTIONS = Set.of(JarFile.MANIFEST_NAME, SERVICE_ENTRY);

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*");

    private static final byte[] END_OF_DIRECTORY = {'P', 'K', 5, 6};
    private static final int END_OF_DIRECTORY_BYTES = 22;
    private static final int ENTRY_COUNT_OFFSET = 10;
    private static final int MAX_COMMENT_BYTES = 0xFFFF;

    private final VersionManager versions = new DefaultVersionManager();
    private final Set<String> used;

    /** Of archives that are only looked at. */
    ArchiveReader() {
        this(Set.of());
    }

    /** @param used ids of the plugins that will run, whose content is kept; a folder may hold many more than these */
    ArchiveReader(Set<String> used) {
        this.used = used;
    }

    /**
     * Reads and checks everything but trust.
     *
     * @throws ArchiveProblem if it can't be used
     */
    PluginArchive read(Path file) throws ArchiveProblem {
        byte[] bytes = bytes(file);
        Map<String, byte[]> entries = descriptions(file);
        String id = id(file, manifest(file, entries.get(JarFile.MANIFEST_NAME)));
        if (used.contains(id)) {
            // From here on nothing counts but the bytes that were read, and whose digest is checked.
            entries = entries(file, bytes);
        }
        Attributes manifest = manifest(file, entries.get(JarFile.MANIFEST_NAME));
        String requires = attribute(file, manifest, "Plugin-Requires");
        checkRequires(file, requires);
        return new PluginArchive(
                file,
                id(file, manifest),
                attribute(file, manifest, "Plugin-Version"),
                requires,
                sha256(bytes),
                SignatureFile.textBeside(file),
                entryPoint(file, entries),
                used.contains(id) ? entries : Map.of());
    }

    private static String id(Path file, Attributes manifest) throws ArchiveProblem {
        String id = attribute(file, manifest, "Plugin-Id");
        if (!ID.matcher(id).matches()) {
            throw new ArchiveProblem(file + ": Plugin-Id " + id + " must be lower-case letters, digits and hyphens."
                    + " Choose another in the build");
        }
        return id;
    }

    /** Manifest and service entry, by way of the archive's directory: nothing else is inflated. */
    private static Map<String, byte[]> descriptions(Path file) throws ArchiveProblem {
        Map<String, byte[]> descriptions = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                checkName(file, entry, names);
            }
            for (String name : DESCRIPTIONS) {
                ZipEntry entry = zip.getEntry(name);
                if (entry != null) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        descriptions.put(name, in.readNBytes(MAX_DESCRIPTION_BYTES));
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw broken(file, String.valueOf(e.getMessage()));
        }
        return descriptions;
    }

    private static ArchiveProblem broken(Path file, String how) {
        return new ArchiveProblem(file + ": the archive is truncated or broken: " + how + ". Copy it again");
    }

    private static byte[] bytes(Path file) throws ArchiveProblem {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ArchiveProblem(file + ": this is not a file. Take it out of the plugin folder");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_ARCHIVE_BYTES + 1);
                if (bytes.length > MAX_ARCHIVE_BYTES) {
                    throw new ArchiveProblem(file + ": the archive has more than " + MAX_ARCHIVE_BYTES
                            + " bytes. Take it out of the plugin folder, or build it with fewer libraries");
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new ArchiveProblem(
                    file + ": the archive can't be read (" + e + "). Let this process read it, or take it away");
        }
    }

    private static Map<String, byte[]> entries(Path file, byte[] bytes) throws ArchiveProblem {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        int count = 0;
        long inflated = 0;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                count++;
                checkName(file, entry, names);
                byte[] content =
                        zip.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, MAX_INFLATED_BYTES - inflated + 1));
                inflated += content.length;
                if (count > MAX_ENTRIES || inflated > MAX_INFLATED_BYTES) {
                    throw new ArchiveProblem(file + ": the archive inflates to more than " + MAX_INFLATED_BYTES
                            + " bytes or " + MAX_ENTRIES
                            + " entries. Take it out of the plugin folder, or build it with fewer libraries");
                }
                if (!entry.isDirectory()) {
                    entries.put(entry.getName(), content);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw broken(file, String.valueOf(e.getMessage()));
        }
        if (count == 0 || count != declaredEntries(bytes)) {
            throw broken(file, "it ends before its directory does");
        }
        return entries;
    }

    private static void checkName(Path file, ZipEntry entry, Set<String> names) throws ArchiveProblem {
        String name = entry.getName();
        if (entry.isDirectory()) {
            return;
        }
        if (name.startsWith(SPI_CLASSES)) {
            throw new ArchiveProblem(file + ": the archive brings classes of the plugin interface (" + name
                    + "). Build it with keywarden-spi in scope provided");
        }
        if (!names.add(name)) {
            throw new ArchiveProblem(
                    file + ": the archive holds " + name + " twice. Build it so that each name stands for one content");
        }
    }

    /** The number of entries that the end of the archive declares, which a truncated one lacks; -1 if there is no end. */
    private static int declaredEntries(byte[] bytes) {
        int last = bytes.length - END_OF_DIRECTORY_BYTES;
        for (int at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
            boolean found = true;
            for (int i = 0; i < END_OF_DIRECTORY.length; i++) {
                found &= bytes[at + i] == END_OF_DIRECTORY[i];
            }
            if (found) {
                return Byte.toUnsignedInt(bytes[at + ENTRY_COUNT_OFFSET])
                        | Byte.toUnsignedInt(bytes[at + ENTRY_COUNT_OFFSET + 1]) << 8;
            }
        }
        return -1;
    }

    private static Attributes manifest(Path file, byte @Nullable [] content) throws ArchiveProblem {
        if (content == null) {
            throw new ArchiveProblem(file + ": the archive has no manifest, so it is not a Keywarden plugin. Take it"
                    + " out of the plugin folder");
        }
        try {
            return new Manifest(new ByteArrayInputStream(content)).getMainAttributes();
        } catch (IOException e) {
            throw new ArchiveProblem(file + ": the manifest does not parse: " + e.getMessage() + ". Build it again");
        }
    }

    private static String attribute(Path file, Attributes manifest, String name) throws ArchiveProblem {
        String value = manifest.getValue(name);
        if (value == null || value.isBlank()) {
            throw new ArchiveProblem(file + ": the manifest names no " + name + ", so it is not a Keywarden plugin."
                    + " Name it in the build, or take the archive out of the plugin folder");
        }
        return value.strip();
    }

    private void checkRequires(Path file, String requires) throws ArchiveProblem {
        boolean satisfied;
        try {
            satisfied = versions.checkVersionConstraint(SpiVersion.CURRENT, requires);
        } catch (RuntimeException e) {
            throw new ArchiveProblem(file + ": Plugin-Requires " + requires + " is not a version expression."
                    + " Write one such as >=" + SpiVersion.CURRENT);
        }
        if (!satisfied) {
            throw new ArchiveProblem(file + ": the plugin needs version " + requires
                    + " of the plugin interface, but this is " + SpiVersion.CURRENT + ". Take a version built for it");
        }
    }

    private static String entryPoint(Path file, Map<String, byte[]> entries) throws ArchiveProblem {
        byte[] content = entries.get(SERVICE_ENTRY);
        List<String> names = content == null
                ? List.of()
                : new String(content, StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .toList();
        if (names.size() != 1) {
            throw new ArchiveProblem(file + ": " + SERVICE_ENTRY + " must name exactly one class, but "
                    + (content == null ? "is missing" : "names " + names.size())
                    + ". Write the plugin's class into it");
        }
        return names.get(0);
    }

    /** Lower-case hex. */
    static String sha256(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // Piece by piece, because only a method that is called often gets replaced by the processor's own
            // instructions.
            for (int at = 0; at < bytes.length; at += PIECE_BYTES) {
                digest.update(bytes, at, Math.min(PIECE_BYTES, bytes.length - at));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
