package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A candidate is tried beside the chain, what it would have done is reported, and it is promoted when it is safe. */
@Tag("blackbox")
final class ShadowTest {
    @TempDir
    private Path home;

    private TestNode.Configuration configuration(WebhookDouble webhook) {
        TestNode.Configuration configuration = new TestNode.Configuration(home)
                .autoBootstrap()
                .webhook(webhook.url())
                .core("enforce_self_authorization = false")
                .authorization("shadow = [\"allowlist\"]")
                .table("[core.authorization.allowlist]\nfile = \"" + home.resolve("allowlist.json") + "\"");
        Recordings.copyKeys(configuration.certDir());
        return configuration;
    }

    @Test
    void reportsWhereItDiffersAndRefusesToPromoteIt() throws IOException {
        Files.writeString(home.resolve("allowlist.json"), "{}");
        try (WebhookDouble webhook = new WebhookDouble()) {
            try (TestNode node = TestNode.start(configuration(webhook), "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
            }
            KeywardenProcess report = shadow("report", "--json");
            assertThat(report.exitCode()).as(report.printed()).isEqualTo(1);
            JsonNode facts = Recordings.json(report.out());
            assertThat(facts.get("shadow").asText()).isEqualTo("allowlist");
            assertThat(facts.get("safe_to_promote").asBoolean()).isFalse();
            assertThat(facts.get("differed").asInt()).isPositive();
            assertThat(facts.get("differences").toString())
                    .contains("app " + Guest.APP_ID.toHex(), "deny allowlist.os_image_not_allowed", "allow");
            assertThat(shadow("report").out())
                    .startsWith("safe to promote: no differing verdict over the last 1000 requests and 24 hours")
                    .contains("allowlist: not safe to promote");

            String before = Files.readString(home.resolve("kms.toml"));
            KeywardenProcess refused = shadow("promote", "allowlist");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("allowlist is not safe to promote yet")
                    .contains("--force");
            assertThat(home.resolve("kms.toml")).hasContent(before.stripTrailing());
            assertThat(shadow("promote", "nobody").err()).contains("nobody is no shadow of this node");
        }
    }

    @Test
    void promotesWhatAgreed() throws IOException {
        Files.writeString(home.resolve("allowlist.json"), ShadowTest.everything());
        try (WebhookDouble webhook = new WebhookDouble()) {
            try (TestNode node = TestNode.start(configuration(webhook), "serving")) {
                new Guest(Guest.APP_ID).takeKeys(node.url());
            }
            KeywardenProcess report = shadow("report", "--requests", "1", "--hours", "0");
            assertThat(report.exitCode()).as(report.printed()).isZero();
            assertThat(report.out()).contains("allowlist: safe to promote");
            assertThat(shadow("promote", "allowlist").exitCode()).isEqualTo(1);

            KeywardenProcess promoted = shadow("promote", "allowlist", "--requests", "1", "--hours", "0");
            assertThat(promoted.exitCode()).as(promoted.printed()).isZero();
            assertThat(Files.readString(home.resolve("kms.toml")))
                    .contains("chain = [\"allowlist\"]", "shadow = [\"webhook\"]");
        }
    }

    private static String everything() {
        return """
                {"osImages": ["0x%1$s"],
                 "kms": {"mrAggregated": [], "allowAnyDevice": true},
                 "apps": {"0x%2$s": {"composeHashes": ["0x%3$s"], "allowAnyDevice": true}}}
                """.formatted(Guest.OS_IMAGE_HASH.toHex(), Guest.APP_ID.toHex(), Guest.COMPOSE_HASH.toHex());
    }

    private KeywardenProcess shadow(String command, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("shadow", command, "--config", home.resolve("kms.toml").toString()));
        arguments.addAll(List.of(more));
        return KeywardenProcess.run(home, arguments.toArray(String[]::new));
    }
}
