package dev.keywarden.plugin.webhook;

import dev.keywarden.testkit.PluginArchiveContract;

/** What every archive promises. */
final class WebhookArchiveIT extends PluginArchiveContract {
    @Override
    protected String pluginId() {
        return "webhook";
    }
}
