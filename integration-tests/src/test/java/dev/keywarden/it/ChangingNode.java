package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A node that serves, with a plugin folder of its own and an admin listener: what an operator changes while it runs. */
final class ChangingNode implements AutoCloseable {
    static final Path PLUGINS = Path.of(System.getProperty("keywarden.home"), "plugins");
    private static final String TOKEN = "sekret";

    private final Path home;
    private final Path plugins;
    private final TestNode node;
    private final int adminPort;

    private ChangingNode(Path home, Path plugins, TestNode node, int adminPort) {
        this.home = home;
        this.plugins = plugins;
        this.node = node;
        this.adminPort = adminPort;
    }

    /**
     * Starts one.
     *
     * @param home holds the configuration, {@code kms.toml}, and the folder {@code plugins} with what it begins with
     * @param pluginLines further lines of the table of plugins
     */
    static ChangingNode start(Path home, TestNode.Configuration configuration, String pluginLines) {
        Path plugins = home.resolve("plugins");
        int adminPort = Ports.free();
        configuration
                .autoBootstrap()
                .table("[core.plugins]\ndir = \"" + plugins + "\"\n" + pluginLines)
                .table("[core.admin]\nenabled = true\nport = " + adminPort + "\nauth_token = \"" + TOKEN + "\"");
        Recordings.copyKeys(configuration.certDir());
        return new ChangingNode(home, plugins, TestNode.start(configuration, "serving"), adminPort);
    }

    /** Starts one that an empty allowlist governs, so that whoever else decided would be noticed. */
    static ChangingNode allowingNobody(Path home, WebhookDouble webhook) throws IOException {
        Path plugins = Files.createDirectory(home.resolve("plugins"));
        install(plugins, "attestation-mock");
        install(plugins, "authorizer-allowlist");
        Path allowlist = Files.writeString(home.resolve("allowlist.json"), "{}");
        return start(
                home, new TestNode.Configuration(home).webhook(webhook.url()).allowlist(allowlist), "");
    }

    String url() {
        return node.url();
    }

    KeywardenProcess process() {
        return node.process();
    }

    void takeKeys() {
        assertThat(new Guest(Guest.APP_ID)
                        .takeKeys(node.url())
                        .getDiskCryptKey()
                        .size())
                .isEqualTo(32);
    }

    /** Copies an archive of the distribution into the folder. */
    void install(String module) {
        install(plugins, module);
    }

    static Path install(Path folder, String module) {
        String jar = "keywarden-" + module + ".jar";
        try {
            return Files.copy(PLUGINS.resolve(jar), folder.resolve(jar), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As an editor saves the configuration: whole, and in one step. */
    void rewrite(String from, String to) throws IOException {
        Path file = home.resolve("kms.toml");
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Path next = Files.writeString(home.resolve("next.toml"), text.replace(from, to));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    JsonNode admin(String method) {
        try {
            RawTls.Response answer = RawTls.exchangePlain(
                    adminPort,
                    ("POST /prpc/Admin." + method + "?json HTTP/1.1\r\nHost: x\r\nX-Admin-Token: " + TOKEN
                                    + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection:"
                                    + " close\r\n\r\n{}")
                            .getBytes(StandardCharsets.US_ASCII),
                    false);
            JsonNode json = Recordings.json(new String(answer.body(), StandardCharsets.UTF_8));
            if (json.has("error")) {
                throw new AssertionError(json.get("error").asText());
            }
            return json;
        } catch (IOException e) {
            throw new AssertionError("the admin listener did not answer", e);
        }
    }

    /** The page of figures. */
    String metrics() {
        try {
            return new String(
                    RawTls.exchange(
                                    node.port(),
                                    "GET /metrics HTTP/1.1\r\nHost: kms\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                                    null,
                                    "TLSv1.3",
                                    List.of("http/1.1"),
                                    false)
                            .body(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("the node did not answer", e);
        }
    }

    JsonNode generations() {
        return admin("Generations");
    }

    int current() {
        return generations().get("current").asInt();
    }

    /** Why the last attempt to change the plugins failed; empty if it did not. */
    List<String> lastProblems() {
        return generations()
                .get("attempts")
                .get(0)
                .path("problems")
                .valueStream()
                .map(JsonNode::asText)
                .toList();
    }

    void await(String what, Duration limit, BooleanSupplier condition) {
        assertThat(Await.until(limit, condition))
                .as("%s never came; printed were:%n%s", what, node.process().printed())
                .isTrue();
    }

    JsonNode record() throws IOException {
        List<JsonNode> all = records();
        return all.get(all.size() - 1);
    }

    List<JsonNode> records() throws IOException {
        return Files.readAllLines(home.resolve("audit").resolve("decisions.jsonl")).stream()
                .map(Recordings::json)
                .toList();
    }

    @Override
    public void close() {
        node.close();
    }
}
