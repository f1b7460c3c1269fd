package dev.keywarden.host;

import dev.keywarden.spi.SpiVersion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.ExtensionWrapper;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;
import org.pf4j.VersionManager;

/**
 * PF4J over archives that were checked and taken into memory before.
 *
 * <p>PF4J's own repository, loaders and finders are all replaced: it never opens a file, never unpacks, never scans for
 * extensions, and knows no path but those of checked archives. What is left of it is what it is good at: identity, life
 * cycle and state.
 */
final class CheckedPluginManager extends AbstractPluginManager {
    private final Map<Path, PluginArchive> archives = new LinkedHashMap<>();

    CheckedPluginManager(List<PluginArchive> checked) {
        checked.forEach(archive -> archives.put(archive.file(), archive));
        setSystemVersion(SpiVersion.CURRENT);
        initialize();
    }

    private PluginArchive archive(Path file) {
        PluginArchive archive = archives.get(file);
        if (archive == null) {
            throw new IllegalStateException(file + " was never checked");
        }
        return archive;
    }

    @Override
    protected List<Path> createPluginsRoot() {
        return List.of();
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new PluginRepository() {
            @Override
            public List<Path> getPluginPaths() {
                // The base class asks during its own construction, before the archives are known.
                return archives == null ? List.of() : List.copyOf(archives.keySet());
            }

            @Override
            public boolean deletePluginPath(Path pluginPath) {
                return false;
            }
        };
    }

    /** Loads every archive that was checked; PF4J's default would first see whether the files still exist. */
    @Override
    public void loadPlugins() {
        for (Path file : archives.keySet()) {
            loadPluginFromPath(file);
        }
        resolvePlugins();
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new PluginDescriptorFinder() {
            @Override
            public boolean isApplicable(Path pluginPath) {
                return archives.containsKey(pluginPath);
            }

            @Override
            public PluginDescriptor find(Path pluginPath) {
                PluginArchive archive = archive(pluginPath);
                return new DefaultPluginDescriptor(
                        archive.id(), "", HostedPlugin.class.getName(), archive.version(), archive.requires(), "", "");
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new PluginLoader() {
            @Override
            public boolean isApplicable(Path pluginPath) {
                return archives.containsKey(pluginPath);
            }

            @Override
            public ClassLoader loadPlugin(Path pluginPath, PluginDescriptor pluginDescriptor) {
                return new ArchiveClassLoader(archive(pluginPath));
            }
        };
    }

    @Override
    protected PluginFactory createPluginFactory() {
        return new PluginFactory() {
            @Override
            public Plugin create(PluginWrapper pluginWrapper) {
                return new HostedPlugin(archive(pluginWrapper.getPluginPath()), pluginWrapper.getPluginClassLoader());
            }
        };
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        return new DefaultExtensionFactory();
    }

    @Override
    protected VersionManager createVersionManager() {
        return new DefaultVersionManager();
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String pluginId) {
                return false;
            }

            @Override
            public void disablePlugin(String pluginId) {}

            @Override
            public void enablePlugin(String pluginId) {}
        };
    }

    /** Extensions are PF4J's own mechanism; plugins here have one entry point, found in {@link HostedPlugin}. */
    @Override
    protected ExtensionFinder createExtensionFinder() {
        return new ExtensionFinder() {
            @Override
            public <T> List<ExtensionWrapper<T>> find(Class<T> type) {
                return List.of();
            }

            @Override
            public <T> List<ExtensionWrapper<T>> find(Class<T> type, String pluginId) {
                return List.of();
            }

            @Override
            @SuppressWarnings("rawtypes") // PF4J's signature
            public List<ExtensionWrapper> find(String pluginId) {
                return List.of();
            }

            @Override
            public Set<String> findClassNames(String pluginId) {
                return Set.of();
            }
        };
    }
}
