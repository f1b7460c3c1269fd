package dev.keywarden.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** The keys in it, from a copy that is gone again. */
    static StoredKeys recorded() {
        try {
            Path folder = Files.createTempDirectory("recorded");
            Path copy = copyTo(folder);
            StoredKeys keys = load(copy);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Private keys in hex, and the lines of their PEM: none may ever show. */
    static String[] secrets() {
        List<String> secrets = new ArrayList<>();
        HexFormat hex = HexFormat.of();
        secrets.add(hex.formatHex(bytes("keys-r2/root-k256.key")));
        secrets.add(Base64.getEncoder().encodeToString(bytes("keys-r2/root-k256.key")));
        for (String name : List.of("root-ca.key", "rpc.key")) {
            String pem = new String(bytes("keys-r2/" + name), StandardCharsets.US_ASCII);
            // The first line is the same for all keys but for its end.
            List<String> lines =
                    pem.lines().filter(line -> !line.startsWith("-")).toList();
            secrets.add(lines.get(0).substring(48));
            secrets.addAll(lines.subList(1, 2));
            secrets.add(PublishedKeys.hex(P256Key.fromPem(pem).scalar()));
        }
        return secrets.toArray(String[]::new);
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
