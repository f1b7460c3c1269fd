package dev.keywarden.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.keywarden.spi.BootInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folder that {@code keywarden dev} keeps its state in. What is there is never overwritten, so that a person may edit it.
 *
 * @param root the folder, {@code .keywarden} by default
 */
record DevWorkspace(Path root) {
    /** The application that {@code get-app-key} asks for if it is told nothing else. */
    static final String DEFAULT_APP_ID = "d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0";

    /** Its compose hash. */
    static final String DEFAULT_COMPOSE_HASH = "c0".repeat(32);

    /** Its instance. */
    static final String DEFAULT_INSTANCE_ID = "10".repeat(20);

    /** The OS image that simulated machines claim. */
    static final String OS_IMAGE_HASH = "05".repeat(32);

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    Path configuration() {
        return root.resolve("kms.toml");
    }

    Path allowlist() {
        return root.resolve("allowlist.json");
    }

    Path pluginState() {
        return root.resolve("plugins-state");
    }

    private Path nodeFile() {
        return root.resolve("node.json");
    }

    /** Makes the folder and a configuration, and an allowlist that allows nobody, where there are none. */
    void prepare(int port) {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(
                        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (!Files.exists(configuration())) {
                String absolute = root.toAbsolutePath().normalize().toString();
                write(configuration(), template().replace("@dir@", absolute).replace("@port@", String.valueOf(port)));
            }
        } catch (IOException e) {
            throw new CommandFailure(root + ": can't be written (" + e + "). Name another folder with --dir", e);
        }
    }

    private static String template() throws IOException {
        try (InputStream in = DevWorkspace.class.getResourceAsStream("dev-kms.toml")) {
            if (in == null) {
                throw new IllegalStateException("dev-kms.toml is missing from the application's archive");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    boolean hasAllowlist() {
        return Files.exists(allowlist());
    }

    /** The empty list denies everyone. */
    void writeEmptyAllowlist() {
        writeAllowlist(Map.of());
    }

    /** Allows this node itself and the default application on this machine. */
    void writeFirstAllowlist(BootInfo node) {
        List<String> device = List.of(hex(node.deviceId().toHex()));
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("gatewayAppId", "any");
        list.put("osImages", List.of(hex(node.osImageHash().toHex())));
        list.put("kms", Map.of("mrAggregated", List.of(hex(node.mrAggregated().toHex())), "devices", device));
        list.put(
                "apps",
                Map.of(
                        hex(DEFAULT_APP_ID),
                        Map.of("composeHashes", List.of(hex(DEFAULT_COMPOSE_HASH)), "devices", device)));
        writeAllowlist(list);
    }

    private static String hex(String digits) {
        return "0x" + digits;
    }

    private void writeAllowlist(Map<String, Object> list) {
        try {
            write(allowlist(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(list) + "\n");
        } catch (IOException e) {
            throw new CommandFailure(allowlist() + ": can't be written (" + e + ")", e);
        }
    }

    /** Remembers where the node answers, for the other commands. */
    void rememberUrl(String url) {
        try {
            write(nodeFile(), JSON.writeValueAsString(Map.of("url", url)) + "\n");
        } catch (IOException e) {
            throw new CommandFailure(nodeFile() + ": can't be written (" + e + ")", e);
        }
    }

    /** Where the node of this folder answers. */
    String url() {
        try {
            return JSON.readTree(nodeFile().toFile()).path("url").asText();
        } catch (IOException e) {
            throw new CommandFailure(
                    nodeFile() + ": no node was started there. Start one with `keywarden dev`, or name"
                            + " one with --url",
                    e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(temporary, text, StandardCharsets.UTF_8);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
