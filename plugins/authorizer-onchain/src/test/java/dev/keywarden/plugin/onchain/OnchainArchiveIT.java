package dev.keywarden.plugin.onchain;

import dev.keywarden.testkit.PluginArchiveContract;

final class OnchainArchiveIT extends PluginArchiveContract {
    @Override
    protected String pluginId() {
        return "onchain";
    }
}
