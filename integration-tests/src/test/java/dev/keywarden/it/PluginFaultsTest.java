package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.it.faulty.ThrowingPlugin;
import dev.keywarden.spi.KeywardenPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A configured plugin that can't be loaded stops the start: one sentence, exit code 1, and nothing is made. */
@Tag("blackbox")
final class PluginFaultsTest {
    private static final Path PLUGINS = Path.of(System.getProperty("keywarden.home"), "plugins");
    private static final String JAR = "keywarden-authorizer-allowlist.jar";
    private static final String SERVICE = "META-INF/services/" + KeywardenPlugin.class.getName();
    private static final Duration END = Duration.ofSeconds(30);

    @TempDir
    private Path home;

    /** Damages a copy of a sound archive. */
    private interface Damage {
        void inflict(Path jar) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> stopsTheStartInOneSentence() {
        return Stream.of(
                fault("is truncated", "any", PluginFaultsTest::truncate, JAR),
                fault(
                        "has no service entry",
                        "any",
                        jar -> Jars.within(jar, zip -> Files.delete(zip.getPath(SERVICE))),
                        SERVICE),
                fault("bundles SPI classes", "any", PluginFaultsTest::bundleSpi, "SPI"),
                fault("needs another SPI", "any", PluginFaultsTest::requireAnotherSpi, "version >=9.0.0"),
                fault("throws in its constructor", "any", PluginFaultsTest::throwWhenMade, "no licence was found"),
                fault("differs from its pin", "pinned", PluginFaultsTest::addAFile, "pin"),
                fault("is missing", "any", Files::delete, "allowlist"));
    }

    private DynamicTest fault(String name, String trust, Damage damage, String sentence) {
        return DynamicTest.dynamicTest(name, () -> {
            Path folder = Files.createDirectory(home.resolve(name.replace(' ', '-')));
            Path plugins = Files.createDirectory(folder.resolve("plugins"));
            Files.copy(
                    PLUGINS.resolve("keywarden-attestation-mock.jar"),
                    plugins.resolve("keywarden-attestation-mock.jar"));
            damage.inflict(Files.copy(PLUGINS.resolve(JAR), plugins.resolve(JAR)));
            TestNode.Configuration configuration = new TestNode.Configuration(folder)
                    .allowlist(folder.resolve("allowlist.json"))
                    .table("[core.plugins]\ndir = \"" + plugins + "\"\ntrust = \"" + trust + "\"\ninsecure = true");
            try (KeywardenProcess node = TestNode.launch(configuration)) {
                assertThat(node.awaitEnd(END)).as(node.printed()).isEqualTo(1);
                assertThat(node.err().lines().filter(line -> line.startsWith("keywarden: ")))
                        .as(node.printed())
                        .hasSize(1)
                        .first()
                        .asString()
                        .contains(sentence);
                assertThat(node.printed()).doesNotContain("\tat ");
            }
            assertThat(configuration.certDir().resolve("root-ca.key")).doesNotExist();
        });
    }

    private static void truncate(Path jar) throws IOException {
        byte[] whole = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
    }

    private static void bundleSpi(Path jar) throws IOException {
        Jars.within(jar, zip -> Jars.copyClass(KeywardenPlugin.class, zip));
    }

    private static void requireAnotherSpi(Path jar) throws IOException {
        Jars.manifest(jar, "Plugin-Requires", ">=9.0.0");
    }

    private static void throwWhenMade(Path jar) throws IOException {
        Jars.within(jar, zip -> {
            Jars.copyClass(ThrowingPlugin.class, zip);
            Files.writeString(zip.getPath(SERVICE), ThrowingPlugin.class.getName());
        });
    }

    private static void addAFile(Path jar) throws IOException {
        Jars.within(jar, zip -> Files.writeString(zip.getPath("added.txt"), "one byte more is another plugin"));
    }
}
