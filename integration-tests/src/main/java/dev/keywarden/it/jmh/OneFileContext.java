package dev.keywarden.it.jmh;

import dev.keywarden.spi.PluginContext;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The host's side of a plugin whose one setting is a file.
 *
 * @param file the setting
 */
record OneFileContext(Path file) implements PluginContext {
    /** The record is the archive's own class and not public, so that only reflection makes one. */
    @Override
    public <T extends Record> T settings(Class<T> type) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(Path.class);
            constructor.setAccessible(true);
            return constructor.newInstance(file);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " is not made from one file", e);
        }
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public System.Logger logger() {
        return System.getLogger("plugin");
    }

    @Override
    public Meter meter() {
        return new Meter() {
            @Override
            public void count(String name, long amount) {
                // nobody reads it
            }

            @Override
            public void time(String name, Duration elapsed) {
                // nobody reads it
            }
        };
    }

    @Override
    public Path scratchDirectory() {
        throw new UnsupportedOperationException("the plugin needs no scratch directory");
    }
}
