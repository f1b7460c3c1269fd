package dev.keywarden.plugin.webhook;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Boot infos, requests and settings for tests. */
final class Questions {
    private Questions() {}

    static AuthorizationRequest app() {
        return of(Subject.APP, bootInfo());
    }

    static AuthorizationRequest of(Subject subject, BootInfo bootInfo) {
        return new AuthorizationRequest(
                Gate.RPC, "GetAppKey", subject, bootInfo, "mock", List.of(), "r-1", Instant.EPOCH, Instant.MAX);
    }

    static BootInfo bootInfo() {
        return new BootInfo(
                "dstack-tdx",
                Bytes.fromHex("c3".repeat(32)),
                Bytes.fromHex("50".repeat(32)),
                Bytes.EMPTY,
                Bytes.fromHex("11".repeat(20)),
                Bytes.fromHex("44".repeat(32)),
                Bytes.EMPTY,
                Bytes.fromHex("be".repeat(32)),
                Bytes.EMPTY,
                "UpToDate",
                List.of());
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
