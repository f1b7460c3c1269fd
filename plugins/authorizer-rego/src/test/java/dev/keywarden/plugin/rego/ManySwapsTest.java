package dev.keywarden.plugin.rego;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.plugin.rego.bundle.Bundle;
import dev.keywarden.plugin.rego.bundle.BundleLimits;
import dev.keywarden.plugin.rego.bundle.BundleReader;
import dev.keywarden.plugin.rego.bundle.BundleSource;
import dev.keywarden.plugin.rego.bundle.HighestRevision;
import dev.keywarden.plugin.rego.engine.EngineLimits;
import dev.keywarden.plugin.rego.engine.Evaluator;
import dev.keywarden.plugin.rego.engine.PolicyEngine;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.Program;
import dev.keywarden.plugin.rego.engine.WasmEngine;
import dev.keywarden.plugin.rego.engine.Watchdog;
import dev.keywarden.testkit.FakePluginContext;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node runs for months, and its bundle changes every day: what was swapped out has to be gone. */
@Timeout(180)
final class ManySwapsTest {
    private static final int SWAPS = 100;

    /** Compiling takes longest; the other swaps change the data alone. */
    private static final int SWAPS_FOR_A_COMPILATION = 10;

    private static final int INSTANCES = 2;

    /** Classes that the test and the JVM load meanwhile; nine compilations that stayed would be several times as many. */
    private static final int OTHER_CLASSES = 15;

    /** A section without meaning, which the engine skips: its identity, its length, and a name of one letter. */
    private static final byte[] IGNORED_SECTION = {0, 3, 1, 'x', 0};

    private final List<WeakReference<Object>> evaluators = new CopyOnWriteArrayList<>();
    private final List<WeakReference<Object>> programs = new CopyOnWriteArrayList<>();
    private final AtomicInteger compilations = new AtomicInteger();

    /** Gives another bundle at every look, until there were enough. */
    private static final class Bundles implements BundleSource {
        private final Bundle first;
        private final AtomicInteger given = new AtomicInteger();

        Bundles() throws PolicyException {
            first = new BundleReader(new BundleLimits(1 << 20, 1 << 24), "keywarden/decision", Map.of(), false)
                    .readArchive(TestBundles.bytes("small"));
        }

        @Override
        public @Nullable Bundle poll() {
            int number = given.get();
            if (number > SWAPS) {
                return null;
            }
            given.incrementAndGet();
            byte[] data = ("{\"lists\": {\"apps\": [\"" + "%040x".formatted(number) + "\"]}}").getBytes(UTF_8);
            return new Bundle(Integer.toString(number), "", null, code(number / SWAPS_FOR_A_COMPILATION), data);
        }

        private byte[] code(int version) {
            byte[] code = Arrays.copyOf(first.wasm(), first.wasm().length + IGNORED_SECTION.length);
            System.arraycopy(IGNORED_SECTION, 0, code, first.wasm().length, IGNORED_SECTION.length);
            code[code.length - 1] = (byte) version;
            return code;
        }

        @Override
        public String shown() {
            return "test";
        }
    }

    /** The node's engine, which remembers weakly what it made. */
    private PolicyEngine remembering() {
        PolicyEngine engine = new WasmEngine(new EngineLimits(64 << 20, 1 << 16));
        return code -> {
            Program program = engine.load(code);
            programs.add(new WeakReference<>(program));
            return new Program() {
                @Override
                public Set<String> entrypoints() {
                    return program.entrypoints();
                }

                @Override
                public boolean compiled() {
                    return program.compiled();
                }

                @Override
                public void compile() throws PolicyException {
                    program.compile();
                    compilations.incrementAndGet();
                }

                @Override
                public Evaluator evaluator(String entrypoint, byte[] data) throws PolicyException {
                    Evaluator evaluator = program.evaluator(entrypoint, data);
                    evaluators.add(new WeakReference<>(evaluator));
                    return evaluator;
                }
            };
        };
    }

    private static long alive(List<WeakReference<Object>> made) {
        return made.stream().filter(reference -> reference.get() != null).count();
    }

    private static int loadedClasses() {
        System.gc();
        return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
    }

    @Test
    void leaveNoEvaluatorsAndNoClassesBehind() throws Exception {
        FakePluginContext context =
                FakePluginContext.with(Settings.bundle("test").build());
        Watchdog watchdog = new Watchdog();
        ExecutorService background = Executors.newSingleThreadExecutor();
        PolicyLoader loader = new PolicyLoader(remembering(), watchdog, background, "keywarden/decision", INSTANCES);
        Bundles bundles = new Bundles();
        try (PolicyKeeper keeper = new PolicyKeeper(
                        bundles,
                        loader,
                        new HighestRevision(null, context.logger()),
                        () -> Duration.ofMillis(1),
                        context,
                        () -> {
                            background.shutdownNow();
                            watchdog.close();
                        })
                .start()) {
            Await.until("two compilations", () -> compilations.get() >= 2);
            int classes = loadedClasses();
            Await.until("all compilations", () -> compilations.get() == SWAPS / SWAPS_FOR_A_COMPILATION + 1);
            Await.until("all swaps", () -> context.counted("bundles_total") == SWAPS + 1);
            assertThat(evaluators).hasSizeGreaterThan(INSTANCES * SWAPS);
            Await.until("the evaluators to go", () -> {
                System.gc();
                return alive(evaluators) <= INSTANCES && alive(programs) <= 1;
            });
            Await.until("the classes to go", () -> loadedClasses() <= classes + OTHER_CLASSES);
            String newest = "%040x".formatted(SWAPS);
            byte[] input = ("{\"boot_info\": {\"app_id\": \"" + newest + "\"}}").getBytes(UTF_8);
            assertThat(new String(keeper.evaluate(input, Duration.ofSeconds(10), new HashMap<>()), UTF_8))
                    .contains("\"allow\":true");
        }
    }
}
