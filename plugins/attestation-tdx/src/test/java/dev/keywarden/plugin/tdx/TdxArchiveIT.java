package dev.keywarden.plugin.tdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.plugin.tdx.attester.AttesterTable;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginException;
import dev.keywarden.testkit.ArchiveLoader;
import dev.keywarden.testkit.FakePccs;
import dev.keywarden.testkit.FakePluginContext;
import dev.keywarden.testkit.PluginArchiveContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive as built, in a class loader that shows it the JDK and the SPI alone: what packaging left out would be missed. */
final class TdxArchiveIT extends PluginArchiveContract {
    private static final int MAX_BYTES = 3 * 1024 * 1024;
    private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);

    private final Path folder;

    TdxArchiveIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @Override
    protected String pluginId() {
        return "tdx";
    }

    @Test
    void fetchesCollateralAndVerifiesWithNothingButTheSpiAboveIt() throws Exception {
        try (FakePccs pccs = FakePccs.serving(new SoftwarePccs(Samples.TEE), CLOCK);
                ArchiveLoader loader = new ArchiveLoader(archive())) {
            Record services = record(loader, CollateralTable.class, Map.of("urls", List.of(pccs.url())));
            Record settings = record(
                    loader,
                    TdxSettings.class,
                    Map.of(
                            "insecureAllowExternalTrustAnchors",
                            true,
                            "roots",
                            List.of(Samples.softwareRoot(folder)),
                            "collateral",
                            services));
            try (AttestationBackend backend = backend(loader, settings)) {
                assertThat(backend.verifier()
                                .verify(Samples.softwareEvidence(), Samples.NOW)
                                .reportData())
                        .isEqualTo(Samples.REPORT_DATA);
                assertThat(pccs.requests()).hasSize(4);
            }
        }
    }

    /** A file in the device's place, so that the archive's own native half asks Linux and is refused. */
    @Test
    void asksLinuxThroughItsOwnNativeCode() throws Exception {
        Path device = Files.createFile(folder.resolve("device"));
        try (ArchiveLoader loader = new ArchiveLoader(archive());
                AttestationBackend backend = backend(
                        loader,
                        record(
                                loader,
                                TdxSettings.class,
                                Map.of("attester", record(loader, AttesterTable.class, Map.of("device", device)))))) {
            assertThatThrownBy(() -> backend.attester().orElseThrow().attest(Samples.REPORT_DATA))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("failed with errno 25");
        }
    }

    @Test
    void holdsWhatItUsesAndNoMore() throws IOException {
        assertThat(Files.size(archive())).isLessThan(MAX_BYTES);
        try (JarFile jar = new JarFile(archive().toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .noneMatch(
                            name -> name.startsWith("org/bouncycastle/") || name.startsWith("dev/keywarden/softtee/"))
                    .contains(
                            "com/sun/jna/linux-x86-64/libjnidispatch.so",
                            "com/sun/jna/linux-aarch64/libjnidispatch.so");
        }
    }

    private AttestationBackend backend(ArchiveLoader loader, Record settings) {
        KeywardenPlugin plugin =
                ServiceLoader.load(KeywardenPlugin.class, loader).findFirst().orElseThrow();
        assertThat(plugin.getClass().getClassLoader()).isSameAs(loader);
        return plugin.attestationBackends(
                        FakePluginContext.with(settings).clock(CLOCK).scratchDirectory(folder.resolve("scratch")))
                .getFirst();
    }

    /** The settings records are the archive's own classes, so their instances are made through its loader. */
    private static Record record(ClassLoader loader, Class<? extends Record> known, Map<String, ?> values)
            throws ReflectiveOperationException {
        Class<?> type = loader.loadClass(known.getName());
        Map<String, Object> left = new HashMap<>(values);
        Object[] arguments = new Object[type.getRecordComponents().length];
        for (int index = 0; index < arguments.length; index++) {
            arguments[index] = left.remove(type.getRecordComponents()[index].getName());
        }
        assertThat(left)
                .as("values that %s does not have", known.getSimpleName())
                .isEmpty();
        var constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return (Record) constructor.newInstance(arguments);
    }
}
