package dev.keywarden.it.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

    /** Callers, and the node itself, are judged by an allowlist; decisions are recorded. */
    List<String> allowing() throws IOException {
        return serve("allowlist.toml", allowingConfiguration());
    }

    /** As {@link #allowing()}, without decision records. */
    List<String> withoutRecords() throws IOException {
        return serve(
                "without-records.toml",
                allowingConfiguration().replace("[core.audit]", "[core.audit]\nenabled = false"));
    }

    /** The configuration of {@link #allowing()}, and the file it names. */
    String allowingConfiguration() throws IOException {
        Path file = Files.writeString(root.resolve("allowlist.json"), allowlist());
        return configuration().replace("chain = [\"rego\"]", "chain = [\"allowlist\"]")
                + "\n[core.authorization.allowlist]\nfile = \"" + file + "\"\n";
    }

    /** Allows whom the lists of {@code keywarden dev} allow: the node itself and one app, on this machine. */
    String allowlist() throws IOException {
        JsonNode kms = entry("kms_measurements");
        String[] release = entry("compose_hashes").get("key").asText().split("/", 2);
        return """
                {"gatewayAppId": "any",
                 "osImages": ["%s"],
                 "kms": {"mrAggregated": ["%s"], "devices": %s},
                 "apps": {"%s": {"composeHashes": ["%s"], "devices": %s}}}
                """.formatted(
                        entry("images").get("key").asText(),
                        kms.get("key").asText(),
                        kms.get("devices"),
                        release[0],
                        release[1],
                        entry("apps").get("devices"));
    }

    private JsonNode entry(String list) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(root.resolve("lists").resolve(list + ".jsonl")));
    }

    /** Callers, and the node itself, are judged by a webhook. */
    List<String> asking(String webhook) throws IOException {
        return serve(
                "webhook.toml",
                configuration().replace("chain = [\"rego\"]", "chain = [\"webhook\"]")
                        + "\n[core.auth_api.webhook]\nurl = \"" + webhook + "\"\n");
    }

    /** As {@link #allowing()}, with evidence verified by the plugin for hardware. */
    List<String> verifyingWithTdx(Path softwareRoot, String pccs) throws IOException {
        String accepting = "accept = [\"tdx\"]\ninsecure_allow_external_trust_anchors = true";
        return serve(
                "tdx.toml",
                allowingConfiguration().replace("accept = [\"mock\"]", accepting)
                        + "\n[core.attestation.tdx]\nroots = [\"" + softwareRoot + "\"]\n"
                        + "[core.attestation.tdx.collateral]\nurls = [\"" + pccs + "\"]\n");
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
