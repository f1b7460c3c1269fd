package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire checks pass against this project's own nodes, and notice a KMS that differs. */
@Tag("blackbox")
final class ConformanceTest {
    @TempDir
    private Path home;

    @Test
    void aNodeThatServesConforms() {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration =
                    new TestNode.Configuration(home).webhook(webhook.url()).autoBootstrap();
            Recordings.copyKeys(configuration.certDir());
            try (TestNode node = TestNode.start(configuration, "serving")) {
                KeywardenProcess checks = KeywardenProcess.run(home, "conformance", "--url", node.url());
                assertThat(checks.exitCode()).as(checks.printed()).isZero();
                assertThat(checks.out()).contains("29 of 29 checks passed").doesNotContain("differs");
            }
        }
    }

    @Test
    void aNodeWithoutRootKeysConforms() {
        try (GatedNode node = GatedNode.start(home, "a1", "quote_enabled = true")) {
            KeywardenProcess checks = KeywardenProcess.run(
                    home, "conformance", "--onboarding-url", node.url().replace("https://", "http://"), "--json");
            assertThat(checks.exitCode()).as(checks.printed()).isZero();
            assertThat(Recordings.json(checks.out()).get("differences").asInt()).isZero();
            assertThat(node.hasRootKeys()).isFalse();
        }
    }

    @Test
    void noticesAKmsThatDiffers() {
        try (SourceDouble other = new SourceDouble()) {
            other.showing(RawTls.ClientIdentity.recorded("none").orElseThrow());
            KeywardenProcess checks = KeywardenProcess.run(home, "conformance", "--url", other.url(), "--json");
            assertThat(checks.exitCode()).isEqualTo(1);
            JsonNode result = Recordings.json(checks.out());
            assertThat(result.get("differences").asInt()).isGreaterThan(20);
            assertThat(result.get("checks")).anySatisfy(check -> {
                assertThat(check.get("passed").asBoolean()).isFalse();
                assertThat(check.get("difference").asText()).contains("expected", "found");
            });
        }
        assertThat(KeywardenProcess.run(home, "conformance").exitCode()).isEqualTo(2);
        KeywardenProcess nobody = KeywardenProcess.run(home, "conformance", "--url", "https://127.0.0.1:1");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.out()).contains("no answer: Failed to send request").contains("0 of 29 checks passed");
    }
}
