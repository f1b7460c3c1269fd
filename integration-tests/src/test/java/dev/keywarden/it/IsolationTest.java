package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.it.faulty.DeadlyPlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authorizers in processes of their own, as an operator has them. */
@Tag("blackbox")
final class IsolationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path home;

    private Path plugins;

    @BeforeEach
    void aFolder() throws IOException {
        plugins = Files.createDirectory(home.resolve("plugins"));
        ChangingNode.install(plugins, "attestation-mock");
    }

    @Test
    void decidesInAProcessThatHoldsNoKeyAndEndsWithItsNode() throws Exception {
        ChangingNode.install(plugins, "authorizer-webhook");
        ProcessHandle child;
        try (WebhookDouble webhook = new WebhookDouble();
                ChangingNode node = ChangingNode.start(
                        home,
                        new TestNode.Configuration(home).webhook(webhook.url()),
                        "[core.plugins.isolated.webhook]\nisolation = \"process\"\nmemory_megabytes = 64")) {
            node.takeKeys();
            assertThat(node.record().at("/answers/0/authorizer").asText()).isEqualTo("webhook");
            child = child(node);
            assertThat(new String(
                            Files.readAllBytes(Path.of("/proc", Long.toString(child.pid()), "environ")),
                            StandardCharsets.UTF_8))
                    .doesNotContain("PATH=", "HOME=");
            assertThat(openFiles(child))
                    .noneMatch(file -> file.contains(home.resolve("certs").toString()));

            // Whoever kills it, the node denies meanwhile, and goes on.
            assertThat(child.destroyForcibly()).isTrue();
            node.await("another process", PATIENCE, () -> takesKeys(node));
            child = child(node);
        }
        assertThat(child.onExit()).as("the end of the process without its node").succeedsWithin(PATIENCE);
    }

    private static boolean takesKeys(ChangingNode node) {
        try {
            node.takeKeys();
            return true;
        } catch (RuntimeException e) {
            assertThat(e).hasMessageContaining("webhook");
            return false;
        }
    }

    private static ProcessHandle child(ChangingNode node) {
        return ProcessHandle.of(node.process().pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow();
    }

    private static List<String> openFiles(ProcessHandle process) throws IOException {
        try (var files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return files.map(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString();
                        } catch (IOException e) {
                            return "closed meanwhile";
                        }
                    })
                    .toList();
        }
    }

    /** A plugin that ends its process whenever it is asked: the node answers each time, with a refusal. */
    @Test
    void survivesAnAuthorizerThatEndsItsProcess() throws Exception {
        Path jar = ChangingNode.install(plugins, "authorizer-allowlist");
        Jars.within(jar, zip -> {
            Jars.copyClass(DeadlyPlugin.class, zip);
            Files.writeString(
                    zip.getPath("META-INF/services/dev.keywarden.spi.KeywardenPlugin"), DeadlyPlugin.class.getName());
        });
        Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
        try (ChangingNode node = ChangingNode.start(
                home,
                new TestNode.Configuration(home).allowlist(list).core("enforce_self_authorization = false"),
                "trust = \"any\"\ninsecure = true\n[core.plugins.isolated.allowlist]\nisolation = \"process\"")) {
            for (int time = 0; time < 3; time++) {
                assertThatThrownBy(node::takeKeys).hasMessageContaining("process");
                assertThat(node.process().isAlive()).isTrue();
            }
            assertThat(node.process().err()).contains("ended with exit code 66; it is started again in");
        }
    }

    @Test
    void refusesToIsolateWhoVerifies() throws IOException {
        ChangingNode.install(plugins, "authorizer-allowlist");
        Path config = new TestNode.Configuration(home)
                .allowlist(Files.writeString(home.resolve("allowlist.json"), "{}"))
                .table("[core.plugins]\ndir = \"" + plugins
                        + "\"\n[core.plugins.isolated.mock]\nisolation = \"process\"")
                .write();
        try (KeywardenProcess node = KeywardenProcess.start(home, List.of("serve", "--config", config.toString()))) {
            assertThat(node.awaitEnd(PATIENCE)).isEqualTo(1);
            assertThat(node.err()).contains("[core.plugins.isolated.mock] can't be");
        }
    }
}
