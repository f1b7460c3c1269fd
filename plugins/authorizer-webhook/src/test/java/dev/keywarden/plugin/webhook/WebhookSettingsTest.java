package dev.keywarden.plugin.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhookSettingsTest {
    @Test
    void needsNothingButTheUrl() {
        WebhookSettings settings = Questions.settings("http://auth-api:8000");

        assertThat(settings.limits())
                .isEqualTo(new ClientLimits(Duration.ofSeconds(5), Duration.ofSeconds(2), 65_536, 64));
        assertThat(settings.wire()).isEqualTo(Wire.R1);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 60_001})
    void refusesATimeoutOutOfBounds(long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThatThrownBy(() -> new WebhookSettings("http://h", duration, null, null, null, null, null))
                .hasMessageStartingWith("timeout ");
        assertThatThrownBy(() -> new WebhookSettings("http://h", null, duration, null, null, null, null))
                .hasMessageStartingWith("connect_timeout ");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 255, 16 * 1024 * 1024 + 1})
    void refusesAnAnswerSizeOutOfBounds(int bytes) {
        assertThatThrownBy(() -> new WebhookSettings("http://h", null, null, bytes, null, null, null))
                .hasMessageContaining("max_answer_bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 10_001})
    void refusesANumberOfConnectionsOutOfBounds(int connections) {
        assertThatThrownBy(() -> new WebhookSettings("http://h", null, null, null, connections, null, null))
                .hasMessageContaining("max_connections");
    }

    @Test
    void refusesAnchorsForPlainHttp() {
        assertThatThrownBy(() -> new WebhookSettings("http://h", null, null, null, null, null, Path.of("ca.pem")))
                .hasMessageContaining("ca_file");
    }

    @Test
    void neverPrintsThePassword() {
        assertThat(Questions.settings("http://user:s3cr3t@h").toString())
                .contains("http://h")
                .doesNotContain("s3cr3t");
    }
}
