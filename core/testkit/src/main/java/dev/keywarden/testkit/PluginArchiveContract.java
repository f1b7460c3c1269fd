package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.KeywardenPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/**
 * What every plugin archive promises: it is one plugin, whole, and nothing else.
 *
 * <p>A subclass is an integration test: it runs on the jar as built, whose path the build gives in the system property
 * {@code keywarden.archive}.
 */
public abstract class PluginArchiveContract {
    private static final String SERVICE_ENTRY = "META-INF/services/" + KeywardenPlugin.class.getName();
    private static final String CLASS = ".class";

    /** Class files that a plugin finds elsewhere or must not know. */
    private static final List<String> FOREIGN = List.of(
            "dev/keywarden/spi/",
            "dev/keywarden/host/",
            "dev/keywarden/server/",
            "dev/keywarden/keys/",
            "dev/keywarden/app/",
            "dev/keywarden/testkit/",
            "org/jspecify/",
            "org/pf4j/",
            "org/junit/",
            "org/assertj/",
            "java/");

    /** What the host ignores or what stops it from loading the archive. */
    private static final List<String> USELESS =
            List.of("META-INF/versions/", "META-INF/services/java.security.Provider", "module-info.class");

    /** The plugin's id, by which configuration names it. */
    protected abstract String pluginId();

    /** The package that all of the plugin's own classes are in or below; by default the package of the test. */
    protected String pluginPackage() {
        return getClass().getPackageName();
    }

    /** The jar as built. */
    protected static Path archive() {
        String path = System.getProperty("keywarden.archive");
        if (path == null) {
            throw new IllegalStateException("the build must name the archive in the system property keywarden.archive");
        }
        return Path.of(path);
    }

    @Test
    public final void namesItselfAndItsVersionsInTheManifest() throws IOException {
        try (JarFile jar = open()) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Plugin-Id")).as("Plugin-Id").isEqualTo(pluginId());
            Contracts.assertIsName(pluginId());
            assertThat(manifest.getValue("Plugin-Version")).as("Plugin-Version").matches("\\d+\\.\\d+\\.\\d+.*");
            assertThat(manifest.getValue("Plugin-Requires"))
                    .as("Plugin-Requires")
                    .matches(".*\\d.*");
            assertThat(manifest.getValue(Attributes.Name.CLASS_PATH))
                    .as("a class path beside the archive")
                    .isNull();
        }
    }

    @Test
    public final void namesOneEntryPointThatIsItsOwn() throws Exception {
        String entryPoint = entryPoint();
        assertThat(entryPoint).startsWith(pluginPackage() + ".");
        try (ArchiveLoader loader = new ArchiveLoader(archive())) {
            Class<?> type = loader.loadClass(entryPoint);
            Constructor<?> constructor = type.getConstructor();

            assertThat(type.getClassLoader()).as("who loads %s", type).isSameAs(loader);
            assertThat(type).isPublic();
            assertThat(Modifier.isPublic(constructor.getModifiers())).isTrue();
            assertThat(constructor.newInstance()).isInstanceOf(KeywardenPlugin.class);
        }
    }

    @Test
    public final void bringsNothingThatTheHostHas() throws IOException {
        for (String foreign : FOREIGN) {
            assertThat(names()).noneMatch(name -> name.startsWith(foreign));
        }
    }

    @Test
    public final void bringsNothingOfAnotherPlugin() throws IOException {
        String own = pluginPackage().replace('.', '/') + "/";
        assertThat(names())
                .filteredOn(name -> name.startsWith("dev/keywarden/plugin/") && name.endsWith(CLASS))
                .allMatch(name -> name.startsWith(own));
        assertThat(names()).as("archives in the archive").noneMatch(name -> name.endsWith(".jar"));
    }

    @Test
    public final void bringsNothingThatTheHostDoesNotRead() throws IOException {
        for (String useless : USELESS) {
            assertThat(names()).noneMatch(name -> name.startsWith(useless));
        }
        assertThat(names())
                .as("signatures that packaging broke")
                .noneMatch(name -> name.startsWith("META-INF/") && name.matches(".*\\.(SF|DSA|RSA|EC)"));
    }

    @Test
    public final void holdsEachNameOnce() throws IOException {
        assertThat(names()).doesNotHaveDuplicates();
    }

    /** What packaging left out, or the host does not show, is missed here by name. */
    @Test
    public final void missesNothingThatItsOwnClassesName() throws Exception {
        String own = pluginPackage() + ".";
        try (ArchiveLoader loader = new ArchiveLoader(archive())) {
            for (String name : names()) {
                String type = name.replace('/', '.');
                if (type.startsWith(own) && type.endsWith(CLASS)) {
                    assertResolves(loader, type.substring(0, type.length() - CLASS.length()));
                }
            }
        }
    }

    private static void assertResolves(ClassLoader loader, String name) throws ClassNotFoundException {
        try {
            Class<?> type = Class.forName(name, false, loader);
            assertThat(type.getDeclaredMethods().length
                            + type.getDeclaredFields().length
                            + type.getDeclaredConstructors().length
                            + type.getInterfaces().length)
                    .isNotNegative();
        } catch (LinkageError e) {
            throw new AssertionError(name + " names something that the archive does not bring: " + e, e);
        }
    }

    private static String entryPoint() throws IOException {
        try (JarFile jar = open()) {
            ZipEntry entry = jar.getEntry(SERVICE_ENTRY);
            assertThat(entry).as(SERVICE_ENTRY).isNotNull();
            try (InputStream in = jar.getInputStream(entry)) {
                List<String> named = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .toList();
                assertThat(named).as("classes named in " + SERVICE_ENTRY).hasSize(1);
                return named.getFirst();
            }
        }
    }

    private static List<String> names() throws IOException {
        try (JarFile jar = open()) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }

    private static JarFile open() throws IOException {
        return new JarFile(archive().toFile());
    }
}
