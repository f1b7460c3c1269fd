package dev.keywarden.plugin.example;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginContext;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides by a list of apps.
 *
 * <p>It is asked by many threads at once and keeps nothing that changes. What it could not decide it would say with a {@link
 * dev.keywarden.spi.PluginException}, never with an answer.
 */
final class ExampleAuthorizer implements Authorizer {
    private final Set<Bytes> apps;
    private final PluginContext.Meter meter;

    ExampleAuthorizer(ExampleSettings settings, PluginContext.Meter meter) {
        this.apps = Set.copyOf(settings.apps());
        this.meter = meter;
    }

    @Override
    public String name() {
        return "example";
    }

    @Override
    public Decision authorize(AuthorizationRequest request) {
        if (request.subject().isKms()) {
            return new Decision.Abstain(new Decision.Reason("example.not_an_app", "only apps are listed"));
        }
        Bytes app = request.bootInfo().appId();
        Map<String, String> evidence = Map.of("listed_apps", Integer.toString(apps.size()));
        if (apps.contains(app)) {
            return new Decision.Allow(null, new Decision.Reason("example.app_listed", "the app is listed"), evidence);
        }
        meter.count("unlisted_apps_total", 1);
        // This sentence reaches whoever asked for keys; it says what would have to change.
        return new Decision.Deny(
                List.of(new Decision.Reason(
                        "example.app_not_listed",
                        "app " + app + " is not listed. To solve it: add it to core.authorization.example.apps")),
                evidence);
    }
}
