package dev.keywarden.host;

import dev.keywarden.spi.KeywardenPlugin;
import java.util.Iterator;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.pf4j.Plugin;

/** One plugin in PF4J's life cycle: started means that its entry point was found and made. */
final class HostedPlugin extends Plugin {
    private final PluginArchive archive;
    private final ClassLoader loader;
    private @Nullable KeywardenPlugin entryPoint;

    HostedPlugin(PluginArchive archive, ClassLoader loader) {
        this.archive = archive;
        this.loader = loader;
    }

    PluginArchive archive() {
        return archive;
    }

    ClassLoader loader() {
        return loader;
    }

    /** The plugin's one class; only after it was started. */
    KeywardenPlugin entryPoint() {
        return Objects.requireNonNull(entryPoint, "the plugin was not started");
    }

    /**
     * Finds the service in the plugin's own loader and makes it.
     *
     * @throws IllegalStateException with one sentence, whatever went wrong
     */
    @Override
    public void start() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Iterator<KeywardenPlugin> found =
                    ServiceLoader.load(KeywardenPlugin.class, loader).iterator();
            entryPoint = found.next();
        } catch (Throwable e) {
            // Whatever a stranger's constructor throws, errors included, is one sentence to the operator.
            throw new IllegalStateException(archive.file() + ": the plugin's class " + archive.entryPoint()
                    + " can't be made: " + firstLine(e) + ". Tell the plugin's author, or remove the archive");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** What an exception of a stranger says, or its type if even asking it fails. */
    private static String firstLine(Throwable thrown) {
        try {
            Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
            return cause.toString().lines().findFirst().orElse("");
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName();
        }
    }

    @Override
    public void stop() {
        entryPoint = null;
    }
}
