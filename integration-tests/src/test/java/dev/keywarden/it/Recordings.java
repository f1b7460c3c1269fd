package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** What the running reference wrote, sent and answered. */
final class Recordings {
    static final Path ROOT = Path.of("src", "test", "resources", "dstack").toAbsolutePath();
    static final ObjectMapper JSON = new ObjectMapper();

    /** The recorded answer to GetMeta. */
    static final JsonNode META = meta();

    /** Seed of the software TEE that made all recorded evidence. */
    static final String SEED = "5a".repeat(32);

    private static final List<String> PRIVATE_KEYS = List.of("root-ca.key", "root-k256.key", "tmp-ca.key", "rpc.key");

    private Recordings() {}

    private static JsonNode meta() {
        JsonNode file = json(ROOT.resolve("r2").resolve("meta.json"));
        JsonNode first = file.isArray() ? file.get(0) : file;
        return first.has("response") ? first.get("response") : first;
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The recordings of one folder in the order of their names. */
    static List<Path> transcripts(String folder) {
        try (Stream<Path> files = Files.list(ROOT.resolve("transcripts").resolve(folder))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the reference's key directory, with the modes it had. */
    static Path copyKeys(Path target) {
        try (Stream<Path> files = Files.list(ROOT.resolve("keys-r2"))) {
            Files.createDirectories(
                    target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.equals("MANIFEST.json")) {
                    continue;
                }
                Path copy = Files.write(target.resolve(name), Files.readAllBytes(file));
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(PRIVATE_KEYS.contains(name) ? "rw-------" : "rw-r--r--"));
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
