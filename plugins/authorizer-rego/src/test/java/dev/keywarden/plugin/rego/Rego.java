package dev.keywarden.plugin.rego;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.LogCapture;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The plugin as a node has it, and questions to it. */
final class Rego implements AutoCloseable {
    static final String LISTED_APP = "a4".repeat(20);

    private final FakePluginContext context;
    private final Authorizer authorizer;

    private Rego(FakePluginContext context) {
        this.context = context;
        this.authorizer = new RegoPlugin().authorizers(context).getFirst();
    }

    static Rego open(Settings settings, Path scratch) {
        return new Rego(FakePluginContext.with(settings.build()).scratchDirectory(scratch));
    }

    LogCapture log() {
        return context.log();
    }

    /** What {@code Decision} it is, or the message of the exception. */
    String ask() {
        return ask("request-1", LISTED_APP);
    }

    String ask(String requestId, String appId) {
        try {
            return switch (decide(requestId, appId)) {
                case Decision.Allow allow -> "allow " + allow.reason().message();
                case Decision.Deny deny -> "deny " + deny.reasons().getFirst().code();
                case Decision.Abstain abstain -> "abstain " + abstain.reason().code();
            };
        } catch (PluginException e) {
            return e.getMessage();
        }
    }

    Decision decide(String requestId, String appId) {
        return authorizer.authorize(new AuthorizationRequest(
                Gate.RPC,
                "GetAppKey",
                Subject.APP,
                BootInfoBuilder.machine().appId(appId).build(),
                "tdx",
                List.of(),
                requestId,
                Instant.EPOCH,
                Instant.MAX));
    }

    @Override
    public void close() {
        authorizer.close();
    }
}
