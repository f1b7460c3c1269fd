package dev.keywarden.it.load;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** An authorizer out of its archive, as a node has it but without the node. */
final class LoadedAuthorizer implements AutoCloseable {
    private final URLClassLoader loader;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Authorizer authorizer;

    /**
     * Loads.
     *
     * @param settings by the names of the components of the plugin's settings record; what is absent is null
     */
    LoadedAuthorizer(Path archive, Map<String, Object> settings) throws IOException {
        loader = new URLClassLoader(new URL[] {archive.toUri().toURL()}, LoadedAuthorizer.class.getClassLoader());
        authorizer = ServiceLoader.load(KeywardenPlugin.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(plugin -> plugin.getClass().getClassLoader() == loader)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(archive + " holds no plugin"))
                .authorizers(new Context(settings))
                .getFirst();
    }

    Authorizer authorizer() {
        return authorizer;
    }

    /** What a counter came to. */
    long counted(String name) {
        return counts.computeIfAbsent(name, any -> new LongAdder()).sum();
    }

    @Override
    public void close() throws IOException {
        authorizer.close();
        loader.close();
    }

    private final class Context implements PluginContext, PluginContext.Meter {
        private final Map<String, Object> values;

        Context(Map<String, Object> values) {
            this.values = values;
        }

        @Override
        public <T extends Record> T settings(Class<T> type) {
            RecordComponent[] components = type.getRecordComponents();
            try {
                Constructor<T> constructor = type.getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
                constructor.setAccessible(true);
                return constructor.newInstance(Arrays.stream(components)
                        .map(component -> values.get(component.getName()))
                        .toArray());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the settings of the plugin are not as expected", e);
            }
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public System.Logger logger() {
            return System.getLogger("bench");
        }

        @Override
        public Meter meter() {
            return this;
        }

        @Override
        public Path scratchDirectory() {
            throw new UnsupportedOperationException("not used");
        }

        @Override
        public void count(String name, long amount) {
            counts.computeIfAbsent(name, any -> new LongAdder()).add(amount);
        }

        @Override
        public void time(String name, Duration elapsed) {
            count(name, 1);
        }
    }
}
