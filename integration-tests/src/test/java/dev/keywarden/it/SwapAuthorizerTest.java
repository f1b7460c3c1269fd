package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source of authorization is a jar in a folder and a line of configuration. */
@Tag("blackbox")
final class SwapAuthorizerTest {
    private static final Path PLUGINS = Path.of(System.getProperty("keywarden.home"), "plugins");

    @TempDir
    private Path home;

    @Test
    void swapsTheAllowlistForAWebhookByAJarAndALine() throws IOException {
        Path plugins = Files.createDirectory(home.resolve("plugins"));
        install(plugins, "attestation-mock");
        String folder = "[core.plugins]\ndir = \"" + plugins + "\"";
        Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration asking = new TestNode.Configuration(home)
                    .webhook(webhook.url())
                    .table(folder)
                    .autoBootstrap();
            Recordings.copyKeys(asking.certDir());

            install(plugins, "authorizer-webhook");
            try (TestNode node = TestNode.start(asking, "serving")) {
                assertThat(new Guest(Guest.APP_ID)
                                .takeKeys(node.url())
                                .getDiskCryptKey()
                                .size())
                        .isEqualTo(32);
                assertThat(webhook.questions()).isNotEmpty();
            }

            Files.delete(plugins.resolve("keywarden-authorizer-webhook.jar"));
            install(plugins, "authorizer-allowlist");
            int asked = webhook.questions().size();
            TestNode.Configuration listing = new TestNode.Configuration(home)
                    .allowlist(list)
                    .table(folder)
                    .autoBootstrap();
            try (TestNode node = TestNode.start(listing, "serving")) {
                assertThatThrownBy(() -> new Guest(Guest.APP_ID).takeKeys(node.url()))
                        .hasMessageContaining("KMS self authorization failed: KMS is not allowed: ");
            }
            assertThat(webhook.questions()).hasSize(asked);
        }
    }

    private static void install(Path plugins, String module) throws IOException {
        String jar = "keywarden-" + module + ".jar";
        Files.copy(PLUGINS.resolve(jar), plugins.resolve(jar));
    }
}
