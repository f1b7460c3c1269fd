package dev.keywarden.host;

import dev.keywarden.spi.PluginContext;
import java.nio.file.Path;
import java.time.InstantSource;

/** A plugin's context in a process of its own: the same, but for a log that is elsewhere. */
record IsolatedContext(HostPluginContext context, System.Logger logger) implements PluginContext {
    @Override
    public <T extends Record> T settings(Class<T> type) {
        return context.settings(type);
    }

    @Override
    public InstantSource clock() {
        return context.clock();
    }

    @Override
    public Meter meter() {
        return context.meter();
    }

    @Override
    public Path scratchDirectory() {
        return context.scratchDirectory();
    }
}
