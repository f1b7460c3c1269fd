package dev.keywarden.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The key directory of the running reference, copied where a test may change it, and its recorded answers. */
final class ReferenceDirectory {
    static final Instant RECORDED = Instant.parse("2026-11-24T00:00:00Z");

    private static final List<String> FILES = List.of(
            "bootstrap-info.json",
            "root-ca.crt",
            "root-ca.key",
            "root-k256.key",
            "rpc-domain",
            "rpc.crt",
            "rpc.key",
            "tmp-ca.crt",
            "tmp-ca.key");

    private ReferenceDirectory() {}

    static Path copyTo(Path folder) {
        try {
            Path copy = Files.createDirectory(
                    folder.resolve("certs"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (String name : FILES) {
                Files.write(copy.resolve(name), bytes("keys-r2/" + name));
                String mode = KeyFileNames.PRIVATE.contains(name) ? "rw-------" : "rw-r--r--";
                Files.setPosixFilePermissions(copy.resolve(name), PosixFilePermissions.fromString(mode));
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StoredKeys load(Path directory) {
        try (KeyDirectory open = KeyDirectory.open(directory)) {
            return open.load(Optional.empty(), new SecureRandom(), RECORDED);
        }
    }

    static byte[] bytes(String name) {
        try (InputStream in = ReferenceDirectory.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no recording " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String name) {
        try {
            return JsonMapper.builder().build().readTree(bytes(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
