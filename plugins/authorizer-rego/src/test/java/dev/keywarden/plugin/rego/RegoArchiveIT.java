package dev.keywarden.plugin.rego;

import dev.keywarden.testkit.PluginArchiveContract;

/** The promises of every plugin's archive. */
final class RegoArchiveIT extends PluginArchiveContract {
    @Override
    protected String pluginId() {
        return "rego";
    }
}
