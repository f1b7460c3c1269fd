package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.host.ChainDecision.Verdict;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that change while others are being asked. */
final class PluginGenerationsTest {
    private static final PluginGenerations.Check SOUND = candidate -> List.of();

    private final Path plugins;
    private final Path scratch;

    PluginGenerationsTest(@TempDir Path plugins, @TempDir Path scratch) {
        this.plugins = plugins;
        this.scratch = scratch;
    }

    @BeforeEach
    void onePlugin() {
        System.clearProperty(SamplePlugins.CLOSED);
        PluginJar.of("both", SamplePlugins.Both.class).writeTo(plugins, "both.jar");
    }

    private PluginHostSettings settings(String... chain) {
        return PluginHostSettings.builder(plugins, scratch, InstantSource.fixed(Instant.EPOCH))
                .trust(TrustMode.ANY)
                .chain(List.of(chain))
                .build();
    }

    @Test
    void decidesARequestByTheGenerationItBeganIn() {
        PluginJar.of("curious", SamplePlugins.Curious.class).writeTo(plugins, "curious.jar");
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            PluginGenerations.Lease early = generations.lease();
            PluginHostSettings next = PluginHostSettings.builder(plugins, scratch, InstantSource.system())
                    .trust(TrustMode.ANY)
                    .chain(List.of("curious"))
                    .authorizationSettings(Map.of("curious", Map.of("look", List.of("java.lang.String"))))
                    .build();
            GenerationReport report = generations.replace(next, SOUND, "test");
            assertThat(report.problems()).isEmpty();
            assertThat(report.number()).isEqualTo(2);
            try (PluginGenerations.Lease late = generations.lease()) {
                assertThat(authorizer(late)).isEqualTo("curious");
                assertThat(late.generation()).isEqualTo(2);
            }
            assertThat(authorizer(early)).isEqualTo("both");
            assertThat(System.getProperty(SamplePlugins.CLOSED)).isNull();
            assertThat(generations.open()).isEqualTo(2);
            early.close();
            await(() -> generations.open() == 1);
            assertThat(System.getProperty(SamplePlugins.CLOSED)).isEqualTo("both ");
        }
    }

    private static String authorizer(PluginGenerations.Lease lease) {
        ChainDecision decision = lease.host().chain().decide(Questions.any());
        assertThat(decision.verdict()).isEqualTo(Verdict.ALLOW);
        return decision.answers().get(0).authorizer();
    }

    @Test
    void goesOnWithTheOldOneIfTheNewOneDoesNotLoad() throws IOException {
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            Files.write(plugins.resolve("torn.jar"), new byte[] {'P', 'K', 3, 4});
            GenerationReport report = generations.replace(settings("both"), SOUND, "the plugin folder changed");
            assertThat(report.number()).isZero();
            assertThat(report.problems()).singleElement().asString().contains("torn.jar");
            assertThat(generations.reports()).first().isEqualTo(report);
            assertThat(generations.number()).isEqualTo(1);
            try (PluginGenerations.Lease lease = generations.lease()) {
                assertThat(authorizer(lease)).isEqualTo("both");
            }
        }
    }

    @Test
    void closesTheNewOneIfItFailsItsCheck() {
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            GenerationReport report =
                    generations.replace(settings("both"), candidate -> List.of("it can't be reached"), "test");
            assertThat(report.problems()).containsExactly("it can't be reached");
            assertThat(generations.number()).isEqualTo(1);
            assertThat(System.getProperty(SamplePlugins.CLOSED)).isEqualTo("both ");
            assertThat(generations
                            .replace(
                                    settings("both"),
                                    candidate -> {
                                        throw new IllegalStateException("the check itself fails");
                                    },
                                    "test")
                            .problems())
                    .containsExactly("the new generation can't be tried: the check itself fails");
        }
    }

    @Test
    void refusesAQuorumThatTheChainCanNeverReach() {
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            PluginHostSettings tooMany = PluginHostSettings.builder(plugins, scratch, InstantSource.system())
                    .trust(TrustMode.ANY)
                    .chain(List.of("both"))
                    .combine(new Combine.Quorum(2, true))
                    .build();
            assertThat(generations.replace(tooMany, SOUND, "test").problems())
                    .containsExactly(
                            "core.authorization.combine = \"quorum:2\" asks for 2 authorizers that allow, but the"
                                    + " chain has only 1");
        }
    }

    /** The folder has changed since, so what was there before comes from the copies, under its digest. */
    @Test
    void goesBackToTheArchivesOfTheGenerationBefore() throws IOException {
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            String first = generations.reports().get(0).pluginSet();
            PluginJar.of("both", SamplePlugins.Both.class)
                    .manifest("Plugin-Version", "2.0.0")
                    .writeTo(plugins, "both.jar");
            GenerationReport second = generations.replace(settings("both"), SOUND, "the plugin folder changed");
            assertThat(second.pluginSet()).isNotEqualTo(first);
            GenerationReport third = generations.rollback(SOUND, "asked for");
            assertThat(third.problems()).isEmpty();
            assertThat(third.number()).isEqualTo(3);
            assertThat(third.pluginSet()).isEqualTo(first);
            assertThat(generations.rollback(SOUND, "asked for").pluginSet()).isEqualTo(second.pluginSet());
        }
    }

    @Test
    void hasNothingToGoBackToAtFirst() {
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            assertThat(generations.rollback(SOUND, "asked for").problems())
                    .containsExactly("there is no generation to go back to");
        }
    }

    @Test
    void doesNotGoBackToCopiesThatWereTamperedWith() throws IOException {
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            generations.replace(settings("both"), SOUND, "test");
            PluginJar.of("both", SamplePlugins.Curious.class)
                    .writeTo(scratch.resolve(".generations").resolve("1"), "both.jar");
            assertThat(generations.rollback(SOUND, "asked for").problems())
                    .singleElement()
                    .asString()
                    .contains("its SHA-256 is");
        }
    }

    /** A hundred swaps: one loader, one copy of each kept generation, nothing that holds on to what is gone. */
    @Test
    void leavesNothingBehindAfterAHundredSwaps() throws IOException {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (PluginGenerations generations = PluginGenerations.start(settings("both"))) {
            for (int swap = 0; swap < 100; swap++) {
                assertThat(generations
                                .replace(
                                        settings("both"),
                                        candidate -> {
                                            loaders.add(new WeakReference<>(
                                                    candidate.loaders().get(0)));
                                            return List.of();
                                        },
                                        "test")
                                .problems())
                        .isEmpty();
            }
            await(() -> generations.open() == 1);
            await(() -> {
                System.gc();
                return loaders.stream().filter(loader -> loader.get() != null).count() == 1;
            });
            assertThat(scratch.resolve(".generations").toFile().list()).hasSize(2);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for a minute").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
