package dev.keywarden.plugin.allowlist;

import dev.keywarden.testkit.PluginArchiveContract;

/** What every archive promises. */
final class AllowlistArchiveIT extends PluginArchiveContract {
    @Override
    protected String pluginId() {
        return "allowlist";
    }
}
