package dev.keywarden.plugin.mock;

import dev.keywarden.spi.PluginContext;
import java.nio.file.Path;
import java.time.InstantSource;

/** Another context's clock, logger and directory, with settings of a class that only the plugin's loader knows. */
record ContextWithSettings(PluginContext other, Object settings) implements PluginContext {
    @Override
    public <T extends Record> T settings(Class<T> type) {
        return type.cast(settings);
    }

    @Override
    public InstantSource clock() {
        return other.clock();
    }

    @Override
    public System.Logger logger() {
        return other.logger();
    }

    @Override
    public Meter meter() {
        return other.meter();
    }

    @Override
    public Path scratchDirectory() {
        return other.scratchDirectory();
    }
}
