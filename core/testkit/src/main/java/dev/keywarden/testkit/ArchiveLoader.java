package dev.keywarden.testkit;

import dev.keywarden.spi.KeywardenPlugin;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Shows an archive what the host's class loader shows a plugin: the JDK, the plugin interface, and itself. */
public final class ArchiveLoader extends URLClassLoader {
    /** @param archive the plugin's jar */
    public ArchiveLoader(Path archive) throws MalformedURLException {
        super(new URL[] {archive.toUri().toURL()}, new InterfaceOnly());
    }

    private static final class InterfaceOnly extends ClassLoader {
        private static final String INTERFACE = KeywardenPlugin.class.getPackageName() + ".";

        InterfaceOnly() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(INTERFACE)) {
                return Class.forName(name, false, KeywardenPlugin.class.getClassLoader());
            }
            throw new ClassNotFoundException(name);
        }
    }
}
