package dev.keywarden.it.load;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A node's folder, made by {@code keywarden dev}, and the ways to start a node in it.
 *
 * @param home the unpacked distribution
 * @param root the folder
 * @param port of the node, on loopback
 */
record NodeFolder(Path home, Path root, int port) {
    static NodeFolder make(Path home) throws IOException {
        return new NodeFolder(home, Files.createTempDirectory("keywarden-bench-"), freePort());
    }

    String url() {
        return "https://localhost:" + port;
    }

    /** Bootstraps at the first start. Callers are judged by the default policy; decisions are recorded. */
    List<String> dev() {
        return command("dev", "--dir", root.toString(), "--port", String.valueOf(port), "--json");
    }

    /** As {@link #dev()}, without decision records. */
    List<String> withoutRecords() throws IOException {
        return serve("without-records.toml", configuration().replace("[core.audit]", "[core.audit]\nenabled = false"));
    }

    /** Callers, and the node itself, are judged by a webhook. */
    List<String> asking(String webhook) throws IOException {
        return serve(
                "webhook.toml",
                configuration().replace("chain = [\"rego\"]", "chain = [\"webhook\"]")
                        + "\n[core.auth_api.webhook]\nurl = \"" + webhook + "\"\n");
    }

    /** Of the software TEE that the node trusts. */
    Optional<Bytes> seed() throws IOException {
        Path file = root.resolve("plugins-state/mock/seed");
        return Files.exists(file)
                ? Optional.of(Bytes.fromHex(Files.readString(file).strip()))
                : Optional.empty();
    }

    /** What the node's processes write beside what they print. */
    Path log() {
        return root.resolve("node.log");
    }

    private List<String> serve(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.writeString(file, content);
        return command("serve", "--config", file.toString(), "--json");
    }

    private String configuration() throws IOException {
        return Files.readString(root.resolve("kms.toml"));
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/keywarden").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
