package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound archives: what they see, what they are asked, and how they end. */
final class PluginHostTest {
    private final Path plugins;
    private final Path scratch;

    PluginHostTest(@TempDir Path plugins, @TempDir Path scratch) {
        this.plugins = plugins;
        this.scratch = scratch;
    }

    @BeforeEach
    void forgetWhatOthersClosed() {
        System.clearProperty(SamplePlugins.CLOSED);
    }

    @Test
    void showsAPluginTheJdkAndTheInterfaceAndNothingElse() {
        PluginJar.of("curious", SamplePlugins.Curious.class)
                .entry("text/a note, 100%.txt", "read me")
                .writeTo(plugins, "curious.jar");
        List<String> look = List.of(
                "dev.keywarden.spi.Authorizer",
                "org.jspecify.annotations.Nullable",
                "java.net.http.HttpClient",
                "dev.keywarden.host.PluginHost",
                "dev.keywarden.host.PluginHostTest",
                "org.pf4j.PluginManager",
                "org.slf4j.Logger",
                "org.junit.jupiter.api.Test",
                "dev.keywarden.host.SamplePlugins$Curious");
        PluginHostSettings settings = settings()
                .chain(List.of("curious"))
                .authorizationSettings(Map.of("curious", Map.of("look", look)))
                .build();
        try (PluginHost host = PluginHost.load(settings)) {
            assertThat(host.chain().decide(Questions.any()).answers().get(0).evidence())
                    .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                            Map.entry("dev.keywarden.spi.Authorizer", "shown"),
                            Map.entry("org.jspecify.annotations.Nullable", "shown"),
                            Map.entry("java.net.http.HttpClient", "shown"),
                            Map.entry("dev.keywarden.host.PluginHost", "hidden"),
                            Map.entry("dev.keywarden.host.PluginHostTest", "hidden"),
                            Map.entry("org.pf4j.PluginManager", "hidden"),
                            Map.entry("org.slf4j.Logger", "hidden"),
                            Map.entry("org.junit.jupiter.api.Test", "hidden"),
                            Map.entry("dev.keywarden.host.SamplePlugins$Curious", "own"),
                            Map.entry("context", "own"),
                            Map.entry("host resource", "hidden"),
                            Map.entry("resource", "read me"),
                            Map.entry("package", "dev.keywarden.host")));
        }
    }

    @Test
    void neverOpensAnArchiveAgain() throws IOException {
        Path file = both("both").writeTo(plugins, "both.jar");
        try (PluginHost host =
                PluginHost.load(settings().accept(List.of("both")).build())) {
            Files.delete(file);
            Evidence evidence = new Evidence("test", Bytes.EMPTY);
            assertThat(host.attestation().verify(evidence, Instant.EPOCH).backend())
                    .isEqualTo("both");
        }
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void closesEveryPartInReverseOrderEvenIfOneFails() {
        List<String> ids = List.of("one", "two", "three");
        ids.forEach(id -> both(id).writeTo(plugins, id + ".jar"));
        PluginHost host = PluginHost.load(settings()
                .chain(ids)
                .authorizationSettings(Map.of(
                        "one", Map.of("name", "one"),
                        "two", Map.of("name", "two", "fail_on_close", true),
                        "three", Map.of("name", "three")))
                .build());
        host.close();
        host.close();
        assertThat(System.getProperty(SamplePlugins.CLOSED)).isEqualTo("three two one ");
    }

    @Test
    void closesWhatWasOpenedWhenALaterPluginDoesNotLoad() {
        both("one").writeTo(plugins, "one.jar");
        both("two").writeTo(plugins, "two.jar");
        PluginHostSettings settings = settings()
                .chain(List.of("one", "two"))
                .authorizationSettings(Map.of("one", Map.of("name", "one"), "two", Map.of("nam", "two")))
                .build();
        assertThatThrownBy(() -> PluginHost.load(settings))
                .isInstanceOf(PluginLoadException.class)
                .hasMessage("core.authorization.two.nam is not a known key. Did you mean \"name\"?");
        assertThat(System.getProperty(SamplePlugins.CLOSED)).isEqualTo("one ");
    }

    @Test
    void refusesAPartThatHasAnotherName() {
        Path file = both("one").writeTo(plugins, "one.jar");
        assertThatThrownBy(
                        () -> PluginHost.load(settings().chain(List.of("one")).build()))
                .hasMessageStartingWith(file + ": the plugin one brings an authorizer that calls itself \"both\"");
    }

    @Test
    void blamesAFactoryThatCrashesByName() {
        Path file = PluginJar.of("rude", SamplePlugins.Rude.class).writeTo(plugins, "rude.jar");
        assertThatThrownBy(
                        () -> PluginHost.load(settings().chain(List.of("rude")).build()))
                .hasMessage(file + ": authorizer rude failed with java.lang.NoClassDefFoundError."
                        + " Tell the plugin's author");
    }

    @Test
    void checksAndListsAnArchiveThatNobodyConfiguredButDoesNotRunIt() {
        PluginJar.of("throwing", SamplePlugins.Throwing.class).writeTo(plugins, "throwing.jar");
        try (PluginHost host = PluginHost.load(settings().build())) {
            assertThat(host.plugins()).singleElement().satisfies(listing -> {
                assertThat(listing.id()).isEqualTo("throwing");
                assertThat(listing.version()).isEqualTo("1.2.3");
                assertThat(listing.requires()).isEqualTo(">=1.0.0 & <2.0.0");
                assertThat(listing.status()).isEqualTo("not pinned");
            });
            assertThat(host.attestation().attester()).isEmpty();
        }
    }

    @Test
    void digestsTheConfiguredPluginsInTheirOrder() {
        List<String> ids = List.of("one", "two", "other");
        ids.forEach(id -> both(id).writeTo(plugins, id + ".jar"));
        String forward = digest(List.of("one", "two"));
        assertThat(forward).matches("[0-9a-f]{64}").isEqualTo(digest(List.of("one", "two")));
        assertThat(digest(List.of("two", "one"))).isNotEqualTo(forward);
        assertThat(digest(List.of("one"))).isNotEqualTo(forward);
        both("two").manifest("Plugin-Version", "1.2.4").writeTo(plugins, "two.jar");
        assertThat(digest(List.of("one", "two"))).isNotEqualTo(forward);
    }

    private String digest(List<String> ids) {
        Map<String, Map<String, Object>> names = Map.of("one", Map.of("name", "one"), "two", Map.of("name", "two"));
        try (PluginHost host = PluginHost.load(
                settings().chain(ids).authorizationSettings(names).build())) {
            return host.pluginSetDigest();
        }
    }

    @Test
    void inspectsAFolderWithoutLoadingAnything() {
        PluginJar.of("throwing", SamplePlugins.Throwing.class).writeTo(plugins, "a.jar");
        both("both").writeTo(plugins, "b.jar");
        both("pinned").writeTo(plugins, "c.jar");
        both("changed").writeTo(plugins, "d.jar");
        Path broken = both("broken").without(PluginJar.SERVICE).writeTo(plugins, "e.jar");
        String changed = both("changed").sha256();
        List<PluginListing> listings = PluginArchives.inspect(settings()
                .trust(TrustMode.PINNED)
                .pins(Map.of("pinned", both("pinned").sha256(), "changed", "00".repeat(32)))
                .distributionPins(Set.of(both("both").sha256(), changed))
                .build());
        assertThat(listings)
                .extracting(PluginListing::status)
                .containsExactly(
                        "not pinned",
                        "pinned by the distribution",
                        "pinned by the configuration",
                        "differs from its pin",
                        broken + ": " + PluginJar.SERVICE
                                + " must name exactly one class, but is missing. Write the plugin's class into it");
        assertThat(listings).extracting(PluginListing::sound).containsExactly(false, true, true, false, false);
    }

    private static PluginJar both(String id) {
        return PluginJar.of(id, SamplePlugins.Both.class);
    }

    private PluginHostSettings.Builder settings() {
        return PluginHostSettings.builder(plugins, scratch, InstantSource.system())
                .trust(TrustMode.ANY);
    }
}
