package dev.keywarden.host;

import dev.keywarden.spi.KeywardenPlugin;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plugin from the bytes that were checked.
 *
 * <p>Beyond the plugin's own classes it shows the platform's, and of the host only the plugin interface and its nullness
 * annotations. The plugin's own come first, so that it may bring any library in any version.
 */
final class ArchiveClassLoader extends ClassLoader {
    private static final String SPI = KeywardenPlugin.class.getPackageName() + ".";
    private static final String JSPECIFY = "org.jspecify.annotations.";

    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> entries;
    private final ClassLoader host;

    ArchiveClassLoader(PluginArchive archive) {
        super("plugin-" + archive.id(), ClassLoader.getPlatformClassLoader());
        this.entries = archive.entries();
        this.host = ArchiveClassLoader.class.getClassLoader();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(SPI) || name.startsWith(JSPECIFY)) {
            return host.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = entries.containsKey(entryName(name)) ? findClass(name) : super.loadClass(name, false);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] content = entries.get(entryName(name));
        if (content == null) {
            throw new ClassNotFoundException(name + " is neither in the plugin nor in the JDK or the plugin interface");
        }
        return defineClass(name, content, 0, content.length);
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : super.getResource(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        byte[] content = entries.get(name);
        if (content == null) {
            return null;
        }
        try {
            return URL.of(new URI("plugin", null, "/" + name, null), new InMemory(content));
        } catch (MalformedURLException | URISyntaxException e) {
            return null;
        }
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL own = findResource(name);
        return Collections.enumeration(own == null ? List.of() : List.of(own));
    }

    private static String entryName(String className) {
        return className.replace('.', '/') + ".class";
    }

    /** Serves one entry from memory. */
    private static final class InMemory extends URLStreamHandler {
        private final byte[] content;

        InMemory(byte[] content) {
            this.content = content;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {
                    connected = true;
                }

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(content);
                }

                @Override
                public int getContentLength() {
                    return content.length;
                }
            };
        }
    }
}
