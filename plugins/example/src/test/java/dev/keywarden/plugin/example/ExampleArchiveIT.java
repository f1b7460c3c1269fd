package dev.keywarden.plugin.example;

import dev.keywarden.testkit.PluginArchiveContract;

/** What every archive promises; the tests are inherited, and run on the jar as built. */
final class ExampleArchiveIT extends PluginArchiveContract {
    @Override
    protected String pluginId() {
        return "example";
    }
}
