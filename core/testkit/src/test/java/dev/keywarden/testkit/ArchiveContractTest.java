package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.plugin.sample.SamplePlugin;
import dev.keywarden.spi.KeywardenPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every test of the contract passes over a right archive, and fails over each one that breaks what it is about. */
final class ArchiveContractTest {
    private static final String ARCHIVE = "keywarden.archive";
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String SERVICE = "META-INF/services/" + KeywardenPlugin.class.getName();
    private static final String PACKAGE = "dev/keywarden/plugin/sample/";
    private static final String PLUGIN = PACKAGE + "SamplePlugin.class";
    private static final String PART = PACKAGE + "SamplePart.class";

    private final Path folder;

    ArchiveContractTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Not run by the build: the launcher runs its tests one by one. */
    static final class OverTheArchive extends PluginArchiveContract {
        @Override
        protected String pluginId() {
            return "sample";
        }

        @Override
        protected String pluginPackage() {
            return SamplePlugin.class.getPackageName();
        }
    }

    /** Changes the entries of a right archive. */
    private interface Change {
        void make(Map<String, byte[]> entries);
    }

    /** What is wrong, and by which test it is found. */
    private record Wrong(String test, String what, Change change) {}

    private static List<Wrong> wrongs() {
        List<Wrong> wrongs = new ArrayList<>();
        String manifest = "namesItselfAndItsVersionsInTheManifest";
        wrongs.add(new Wrong(manifest, "another id", replacing(MANIFEST, "Plugin-Id: sample", "Plugin-Id: other")));
        wrongs.add(new Wrong(manifest, "no version", replacing(MANIFEST, "Plugin-Version: 1.0.0\r\n", "")));
        wrongs.add(new Wrong(manifest, "no SPI version", replacing(MANIFEST, "Plugin-Requires: >=1.0.0\r\n", "")));
        wrongs.add(
                new Wrong(manifest, "a class path", replacing(MANIFEST, "\r\n\r\n", "\r\nClass-Path: a.jar\r\n\r\n")));
        String entryPoint = "namesOneEntryPointThatIsItsOwn";
        wrongs.add(new Wrong(entryPoint, "no service entry", entries -> entries.remove(SERVICE)));
        wrongs.add(new Wrong(entryPoint, "two entry points", replacing(SERVICE, "dev.", "a.B\ndev.")));
        wrongs.add(new Wrong(entryPoint, "a foreign one", replacing(SERVICE, "plugin.sample", "plugin.other")));
        wrongs.add(new Wrong(entryPoint, "one that is no plugin", replacing(SERVICE, "SamplePlugin", "SamplePart")));
        for (String foreign : List.of("dev/keywarden/spi/Bytes.class", "org/pf4j/Plugin.class", "java/lang/A.class")) {
            wrongs.add(new Wrong("bringsNothingThatTheHostHas", foreign, adding(foreign)));
        }
        for (String other : List.of("dev/keywarden/plugin/other/A.class", "lib/other.jar")) {
            wrongs.add(new Wrong("bringsNothingOfAnotherPlugin", other, adding(other)));
        }
        for (String useless : List.of("META-INF/versions/9/A.class", "module-info.class", "META-INF/A.SF")) {
            wrongs.add(new Wrong("bringsNothingThatTheHostDoesNotRead", useless, adding(useless)));
        }
        wrongs.add(new Wrong("missesNothingThatItsOwnClassesName", "a class", entries -> entries.remove(PART)));
        wrongs.add(new Wrong("holdsEachNameOnce", "a name twice", entries -> {
            entries.put("twin-1", new byte[0]);
            entries.put("twin-2", new byte[0]);
        }));
        return wrongs;
    }

    private static Change replacing(String entry, String old, String other) {
        return entries -> {
            String text = new String(Objects.requireNonNull(entries.get(entry)), StandardCharsets.UTF_8);
            assertThat(text).contains(old);
            entries.put(entry, text.replace(old, other).getBytes(StandardCharsets.UTF_8));
        };
    }

    private static Change adding(String entry) {
        return entries -> entries.put(entry, new byte[0]);
    }

    private static Map<String, byte[]> right() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(
                MANIFEST,
                "Manifest-Version: 1.0\r\nPlugin-Id: sample\r\nPlugin-Version: 1.0.0\r\nPlugin-Requires: >=1.0.0\r\n\r\n"
                        .getBytes(StandardCharsets.UTF_8));
        entries.put(SERVICE, (SamplePlugin.class.getName() + "\n").getBytes(StandardCharsets.UTF_8));
        for (String type : List.of(PLUGIN, PART)) {
            try (InputStream in = SamplePlugin.class.getClassLoader().getResourceAsStream(type)) {
                entries.put(type, Objects.requireNonNull(in).readAllBytes());
            }
        }
        return entries;
    }

    private void pack(Map<String, byte[]> entries) throws IOException {
        Path jar = folder.resolve("sample.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        // No library writes the same name twice.
        String bytes = Files.readString(jar, StandardCharsets.ISO_8859_1);
        Files.writeString(jar, bytes.replace("twin-2", "twin-1"), StandardCharsets.ISO_8859_1);
        System.setProperty(ARCHIVE, jar.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(ARCHIVE);
    }

    @TestFactory
    List<DynamicTest> aRightArchiveKeepsIt() {
        return Launched.testsOf(PluginArchiveContract.class)
                .map(test -> DynamicTest.dynamicTest(test, () -> {
                    pack(right());
                    Launched.assertPasses(OverTheArchive.class, test);
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> eachTestIsSeenToFail() {
        return wrongs().stream()
                .map(wrong -> DynamicTest.dynamicTest(wrong.test() + ": " + wrong.what(), () -> {
                    Map<String, byte[]> entries = right();
                    wrong.change().make(entries);
                    pack(entries);
                    Launched.assertFails(OverTheArchive.class, wrong.test());
                }))
                .toList();
    }

    @Test
    void noTestIsLeftOut() {
        assertThat(wrongs().stream().map(Wrong::test).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Launched.testsOf(PluginArchiveContract.class).toList());
    }
}
