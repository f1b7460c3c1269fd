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

    private static final List<String> LISTS =
            List.of("images", "kms_measurements", "apps", "compose_hashes", "devices");

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    Path configuration() {
        return root.resolve("kms.toml");
    }

    /** The folder of the lists that the policy asks. */
    Path lists() {
        return root.resolve("lists");
    }

    private Path policy() {
        return root.resolve("policy.tar.gz");
    }

    Path pluginState() {
        return root.resolve("plugins-state");
    }

    private Path nodeFile() {
        return root.resolve("node.json");
    }

    /** Makes the folder, and a configuration and a policy where there are none. */
    void prepare(int port, Path defaultPolicy) {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(
                        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (!Files.exists(configuration())) {
                String absolute = root.toAbsolutePath().normalize().toString();
                write(configuration(), template().replace("@dir@", absolute).replace("@port@", String.valueOf(port)));
            }
            if (!Files.exists(policy())) {
                Files.copy(defaultPolicy, policy());
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

    boolean hasLists() {
        return Files.exists(lists());
    }

    /** Empty lists deny everyone. */
    void writeEmptyLists() {
        LISTS.forEach(name -> writeList(name, List.of()));
    }

    /** Allows this node itself and the default application on this machine. */
    void writeFirstLists(BootInfo node) {
        List<String> device = List.of(node.deviceId().toHex());
        writeList("images", List.of(entry(node.osImageHash().toHex())));
        writeList("kms_measurements", List.of(with(entry(node.mrAggregated().toHex()), "devices", device)));
        writeList("apps", List.of(with(with(entry(DEFAULT_APP_ID), "devices", device), "gateway_app_id", "any")));
        writeList("compose_hashes", List.of(entry(DEFAULT_APP_ID + "/" + DEFAULT_COMPOSE_HASH)));
    }

    private static Map<String, Object> entry(String key) {
        return with(Map.of(), "key", key);
    }

    private static Map<String, Object> with(Map<String, Object> entry, String attribute, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(entry);
        more.put(attribute, value);
        return more;
    }

    private void writeList(String name, List<Map<String, Object>> entries) {
        Path list = lists().resolve(name + ".jsonl");
        try {
            Files.createDirectories(lists());
            StringBuilder lines = new StringBuilder();
            for (Map<String, Object> entry : entries) {
                lines.append(JSON.writeValueAsString(entry)).append('\n');
            }
            write(list, lines.toString());
        } catch (IOException e) {
            throw new CommandFailure(list + ": can't be written (" + e + ")", e);
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
