package dev.keywarden.plugin.mock;

import static dev.keywarden.plugin.mock.Recordings.NOW;
import static dev.keywarden.plugin.mock.Recordings.REPORT_DATA;
import static dev.keywarden.plugin.mock.Recordings.evidence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive as built, in a class loader that shows it the JDK and the SPI alone: what packaging left out would be missed. */
class MockArchiveIT {
    private static final int MAX_BYTES = 2 * 1024 * 1024;

    private final Path directory;

    MockArchiveIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void attestsAndVerifiesWithNothingButTheSpiAboveIt(int eventVersion) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {archive().toURI().toURL()}, new SpiOnly())) {
            KeywardenPlugin plugin = ServiceLoader.load(KeywardenPlugin.class, loader)
                    .findFirst()
                    .orElseThrow();
            assertThat(plugin.getClass().getClassLoader()).isSameAs(loader);
            AttestationBackend backend =
                    plugin.attestationBackends(context(loader)).getFirst();
            Evidence evidence = backend.attester().orElseThrow().attest(REPORT_DATA);

            assertThat(backend.verifier().verify(evidence, NOW).reportData()).isEqualTo(REPORT_DATA);
            Evidence recorded = evidence(eventVersion == 1 ? "v0" : "v1-ev2");
            assertThat(backend.verifier().verify(recorded, NOW).platformId()).isEqualTo(Bytes.fromHex("00".repeat(16)));
        }
    }

    @Test
    void holdsWhatItUsesAndNoMore() throws Exception {
        assertThat(archive()).satisfies(file -> assertThat(file.length()).isLessThan(MAX_BYTES));
        try (JarFile jar = new JarFile(archive())) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();
            assertThat(names)
                    .contains("META-INF/services/dev.keywarden.spi.KeywardenPlugin")
                    .noneMatch(name -> name.startsWith("dev/keywarden/spi/"))
                    .noneMatch(name -> name.startsWith("org/jspecify/"))
                    .noneMatch(name -> name.startsWith("META-INF/versions/"))
                    .noneMatch(name -> name.endsWith("BouncyCastleProvider.class"));
            assertThat(jar.getManifest().getMainAttributes().getValue("Plugin-Id"))
                    .isEqualTo("mock");
        }
    }

    /** The settings record is the archive's own class, so its instance is made through its loader. */
    private PluginContext context(ClassLoader loader) throws Exception {
        Class<?> type = loader.loadClass(MockSettings.class.getName());
        var constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        Object settings = constructor.newInstance(Recordings.SEED, null, null);
        FakeContext fake = new FakeContext(new MockSettings(null, null, null), directory);
        return new ContextWithSettings(fake, settings);
    }

    private static File archive() {
        return new File(Objects.requireNonNull(System.getProperty("keywarden.archive")));
    }

    /** Shows the JDK and the SPI, as the host's class loader for plugins does. */
    private static final class SpiOnly extends ClassLoader {
        SpiOnly() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("dev.keywarden.spi.")) {
                return Class.forName(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
