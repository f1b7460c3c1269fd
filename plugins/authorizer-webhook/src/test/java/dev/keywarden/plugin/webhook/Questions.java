package dev.keywarden.plugin.webhook;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.Requests;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A question, and settings, for tests. */
final class Questions {
    private Questions() {}

    static AuthorizationRequest app() {
        return Requests.app(BootInfoBuilder.machine().build());
    }

    static WebhookSettings settings(String url) {
        return settings(url, null, null);
    }

    static WebhookSettings settings(String url, @Nullable Duration timeout, @Nullable Integer maxConnections) {
        return new WebhookSettings(url, timeout, null, null, maxConnections, null, null);
    }

    static WebhookAuthorizer authorizer(WebhookSettings settings) {
        return new WebhookAuthorizer(settings, new WebhookClient(settings.endpoint(), settings.limits(), null));
    }
}
