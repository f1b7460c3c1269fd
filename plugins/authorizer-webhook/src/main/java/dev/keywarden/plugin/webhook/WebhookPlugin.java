package dev.keywarden.plugin.webhook;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.util.List;

/** The entry point of the plugin {@code webhook}. */
public final class WebhookPlugin implements KeywardenPlugin {
    /** For the loader. */
    public WebhookPlugin() {}

    @Override
    public List<Authorizer> authorizers(PluginContext context) {
        WebhookSettings settings = context.settings(WebhookSettings.class);
        Endpoint endpoint = settings.endpoint();
        String warning = endpoint.warning();
        if (warning != null) {
            context.logger().log(System.Logger.Level.WARNING, warning);
        }
        TlsTrust trust = endpoint.secure() ? trust(settings) : null;
        return List.of(new WebhookAuthorizer(settings, new WebhookClient(endpoint, settings.limits(), trust)));
    }

    private static TlsTrust trust(WebhookSettings settings) {
        try {
            return TlsTrust.load(settings.caFile());
        } catch (IllegalArgumentException e) {
            throw new PluginException(
                    PluginException.Kind.MISCONFIGURED, "[core.authorization.webhook] " + e.getMessage(), e);
        }
    }
}
