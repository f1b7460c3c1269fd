package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.KeywardenPlugin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may not be loaded: each refusal is one sentence that names the file, the finding and the remedy. */
final class PluginLoadingTest {
    private final Path plugins;
    private final Path scratch;

    PluginLoadingTest(@TempDir Path plugins, @TempDir Path scratch) {
        this.plugins = plugins;
        this.scratch = scratch;
    }

    static Stream<Arguments> refusals() {
        PluginJar sound = sound();
        return Stream.of(
                refusal("classes of the SPI", sound().withClass(KeywardenPlugin.class), "scope provided"),
                refusal("no manifest", sound().withoutManifest(), "has no manifest"),
                refusal("no id", sound().manifest("Plugin-Id", null), "names no Plugin-Id"),
                refusal("a blank id", sound().manifest("Plugin-Id", " "), "names no Plugin-Id"),
                refusal("an id that leaves its folder", sound().manifest("Plugin-Id", "../both"), "lower-case letters"),
                refusal("no version", sound().manifest("Plugin-Version", null), "names no Plugin-Version"),
                refusal("no requirement", sound().manifest("Plugin-Requires", null), "names no Plugin-Requires"),
                refusal("another SPI", sound().manifest("Plugin-Requires", ">=2.0.0"), "needs version >=2.0.0"),
                refusal("a strange requirement", sound().manifest("Plugin-Requires", "new"), "Plugin-Requires new"),
                refusal("no service entry", sound().without(PluginJar.SERVICE), "but is missing"),
                refusal("an empty service entry", sound().entry(PluginJar.SERVICE, "# none\n"), "but names 0"),
                refusal("two services", sound().entry(PluginJar.SERVICE, "a.B\nc.D\n"), "but names 2"),
                refusal("an absent class", sound().entry(PluginJar.SERVICE, "a.B"), "class a.B can't be made"),
                refusal("another kind of class", PluginJar.of("both", SamplePlugins.Stranger.class), "not a subtype"),
                refusal("a constructor that throws", PluginJar.of("both", SamplePlugins.Throwing.class), "no licence"),
                refusal(
                        "a constructor whose exception has no text",
                        PluginJar.of("both", SamplePlugins.Spiteful.class),
                        "ServiceConfigurationError"),
                refusal(
                        "a constructor that does not link",
                        PluginJar.of("both", SamplePlugins.Unlinked.class),
                        "NoClassDefFoundError"),
                refusal(
                        "a class of another Java",
                        sound.entry(PluginJar.entryName(SamplePlugins.Both.class), new byte[] {1, 2, 3, 4}),
                        "ClassFormatError"),
                refusal("no backend", PluginJar.of("both", SamplePlugins.Empty.class), "brings no attestation backend"),
                refusal(
                        "no list of backends",
                        PluginJar.of("both", SamplePlugins.Rude.class),
                        "Tell the plugin's author"));
    }

    private static Arguments refusal(String what, PluginJar jar, String sentence) {
        return Arguments.of(what, jar.toBytes(), sentence);
    }

    private static PluginJar sound() {
        return PluginJar.of("both", SamplePlugins.Both.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refusesAnArchiveWith(String what, byte[] archive, String sentence) throws IOException {
        Path file = Files.write(plugins.resolve("both.jar"), archive);
        assertThatThrownBy(() -> PluginHost.load(any().build()))
                .as(what)
                .isInstanceOf(PluginLoadException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(sentence)
                .message()
                .hasLineCount(1);
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole = sound().toBytes();
        Path file = plugins.resolve("both.jar");
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> new ArchiveReader(Set.of("both")).read(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(ArchiveProblem.class)
                    .hasMessageStartingWith(file + ": the archive is truncated or broken")
                    .hasMessageEndingWith("Copy it again");
        }
    }

    @Test
    void refusesAnArchiveWhoseContentIsDamaged() throws IOException {
        byte[] bytes = sound().toBytes();
        for (int at = 60; at < 120; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x40;
            Path file = Files.write(plugins.resolve("both.jar"), damaged);
            assertThatThrownBy(() -> new ArchiveReader(Set.of("both")).read(file))
                    .as("byte %d", at)
                    .isInstanceOf(ArchiveProblem.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }

    @Test
    void refusesAnArchiveThatInflatesBeyondMeasure() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            describe(zip);
            byte[] zeroes = new byte[1 << 20];
            zip.putNextEntry(new ZipEntry("bomb"));
            for (int i = 0; i <= 128; i++) {
                zip.write(zeroes);
            }
        }
        Path file = Files.write(plugins.resolve("bomb.jar"), bytes.toByteArray());
        assertThatThrownBy(() -> new ArchiveReader(Set.of("both")).read(file))
                .hasMessageContaining("inflates to more than");
    }

    private static void describe(ZipOutputStream zip) throws IOException {
        zip.putNextEntry(new ZipEntry(JarFile.MANIFEST_NAME));
        zip.write("Manifest-Version: 1.0\nPlugin-Id: both\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesAnArchiveWithTooManyEntries() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            describe(zip);
            for (int i = 0; i <= 50_000; i++) {
                zip.putNextEntry(new ZipEntry(i + "/"));
            }
        }
        Path file = Files.write(plugins.resolve("many.jar"), bytes.toByteArray());
        assertThatThrownBy(() -> new ArchiveReader(Set.of("both")).read(file)).hasMessageContaining("50000 entries");
    }

    @Test
    void refusesAnArchiveThatIsTooBig() throws IOException {
        Path file = Files.write(plugins.resolve("big.jar"), new byte[(64 << 20) + 1]);
        assertThatThrownBy(() -> new ArchiveReader().read(file)).hasMessageContaining("more than 67108864 bytes");
    }

    @Test
    void refusesTwoContentsForOneName() throws IOException {
        byte[] bytes = sound().entry("a/one", "1").entry("a/two", "2").toBytes();
        String raw = new String(bytes, StandardCharsets.ISO_8859_1).replace("a/two", "a/one");
        Path file = Files.write(plugins.resolve("both.jar"), raw.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> new ArchiveReader().read(file)).hasMessageContaining("holds a/one twice");
    }

    @Test
    void refusesAFolderInPlaceOfAnArchive() throws IOException {
        Path file = Files.createDirectory(plugins.resolve("folder.jar"));
        assertThatThrownBy(() -> new ArchiveReader().read(file)).hasMessageStartingWith(file + ": this is not a file");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        PluginHostSettings settings = PluginHostSettings.builder(
                        plugins.resolve("gone"), scratch, InstantSource.system())
                .build();
        assertThatThrownBy(() -> PluginHost.load(settings))
                .isInstanceOf(PluginLoadException.class)
                .hasMessageContaining("Check core.plugins.dir");
    }

    @Test
    void refusesOneIdTwice() {
        Path first = sound().writeTo(plugins, "a.jar");
        Path second = sound().manifest("Plugin-Version", "2.0.0").writeTo(plugins, "b.jar");
        assertThatThrownBy(() -> PluginHost.load(any().build()))
                .hasMessage(second + ": " + first + " has the id both too. Remove one of them");
    }

    @Test
    void namesAllProblemsAtOnce() {
        sound().manifest("Plugin-Id", null).writeTo(plugins, "a.jar");
        sound().without(PluginJar.SERVICE).writeTo(plugins, "b.jar");
        assertThatThrownBy(() -> PluginHost.load(any().build()))
                .message()
                .hasLineCount(2)
                .contains("a.jar", "b.jar");
    }

    @Test
    void namesTheNearestPluginWhenTheConfiguredOneIsNotThere() {
        sound().writeTo(plugins, "both.jar");
        assertThatThrownBy(() -> PluginHost.load(any().accept(List.of("bath")).build()))
                .hasMessageContaining("no archive has the plugin \"bath\"")
                .hasMessageEndingWith("Did you mean \"both\"?");
    }

    @Test
    void doesNotTakeABuiltInAuthorizerForABackend() {
        PluginHostSettings settings = any().accept(List.of("dev"))
                .builtIn(Map.of("dev", new SamplePlugins.Both()))
                .build();
        assertThatThrownBy(() -> PluginHost.load(settings)).hasMessageContaining("no archive has the plugin \"dev\"");
    }

    @Test
    void refusesWhatIsNotPinnedAndSaysWhichPinWouldDo() {
        Path file = sound().writeTo(plugins, "both.jar");
        assertThatThrownBy(() -> PluginHost.load(any().trust(TrustMode.PINNED).build()))
                .hasMessageStartingWith(file + ": the archive is not pinned")
                .hasMessageEndingWith("[core.plugins.pins]: both = \"" + sound().sha256() + "\"");
    }

    @Test
    void refusesWhatDiffersFromItsPinEvenIfNothingNeedsOne() {
        sound().writeTo(plugins, "both.jar");
        for (TrustMode mode : TrustMode.values()) {
            PluginHostSettings settings =
                    any().trust(mode).pins(Map.of("both", "00".repeat(32))).build();
            assertThatThrownBy(() -> PluginHost.load(settings))
                    .hasMessageContaining(
                            "its SHA-256 is " + sound().sha256() + ", but core.plugins.pins.both pins 0000");
        }
    }

    @Test
    void loadsWhatTheConfigurationOrTheDistributionPins() {
        sound().writeTo(plugins, "both.jar");
        String digest = sound().sha256();
        PluginHostSettings.Builder pinned = any().trust(TrustMode.PINNED);
        try (PluginHost host = PluginHost.load(
                pinned.pins(Map.of("both", digest.toUpperCase(Locale.ROOT))).build())) {
            assertThat(host.plugins().get(0).status()).isEqualTo("pinned by the configuration");
        }
        try (PluginHost host = PluginHost.load(
                pinned.pins(Map.of()).distributionPins(Set.of(digest)).build())) {
            assertThat(host.plugins().get(0).status()).isEqualTo("pinned by the distribution");
        }
    }

    private PluginHostSettings.Builder any() {
        return PluginHostSettings.builder(plugins, scratch, InstantSource.system())
                .trust(TrustMode.ANY)
                .accept(List.of("both"));
    }
}
