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
import dev.keywarden.testkit.ArchiveLoader;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.PluginArchiveContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive as built, in a class loader that shows it the JDK and the SPI alone: what packaging left out would be missed. */
final class MockArchiveIT extends PluginArchiveContract {
    private static final int MAX_BYTES = 3 * 1024 * 1024;

    private final Path directory;

    MockArchiveIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void attestsAndVerifiesWithNothingButTheSpiAboveIt(int eventVersion) throws Exception {
        try (ArchiveLoader loader = new ArchiveLoader(archive())) {
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

    @Override
    protected String pluginId() {
        return "mock";
    }

    @Test
    void holdsWhatItUsesAndNoMore() throws IOException {
        assertThat(Files.size(archive())).isLessThan(MAX_BYTES);
        try (JarFile jar = new JarFile(archive().toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .noneMatch(name -> name.endsWith("BouncyCastleProvider.class"));
        }
    }

    /** The settings record is the archive's own class, so its instance is made through its loader. */
    private PluginContext context(ClassLoader loader) throws Exception {
        Class<?> type = loader.loadClass(MockSettings.class.getName());
        var constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        Record settings = (Record) constructor.newInstance(Recordings.SEED, null, null);
        return FakePluginContext.with(settings).clock(InstantSource.fixed(NOW)).scratchDirectory(directory);
    }
}
