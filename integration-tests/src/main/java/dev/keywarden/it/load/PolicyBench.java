package dev.keywarden.it.load;

import dev.keywarden.host.SettingsBinder;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.Subject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a decision of the default policy takes in process, asked of the plugin's archive as a node loads it: {@code ./keywarden
 * bench policy}.
 */
public final class PolicyBench {
    private static final int WARM_UP = 60_000;
    private static final int MEASURED = 100_000;
    private static final int MANY = 1_000_000;
    private static final int APP_BYTES = BootInfo.APP_ID_BYTES;

    private final Path home;
    private final Path folder;
    private final PrintStream out;

    private PolicyBench(Path home, Path folder, PrintStream out) {
        this.home = home;
        this.folder = folder;
        this.out = out;
    }

    /** Takes no arguments; {@code keywarden.home} names the unpacked distribution. */
    public static void main(String... arguments) throws Exception {
        Path home = Path.of(System.getProperty("keywarden.home"));
        new PolicyBench(home, Files.createTempDirectory("keywarden-policy-bench-"), System.out).run();
        System.exit(0);
    }

    private void run() throws Exception {
        out.println("| what | figure | target |");
        out.println("| --- | --- | --- |");
        writeLists(1);
        try (Authorizer authorizer = open()) {
            out.printf("| default policy, median | %.1f us | 25 us |%n", medianMicros(authorizer));
            double one = rate(authorizer, 1);
            double two = rate(authorizer, 2);
            out.printf("| one thread | %.0f/s | |%n", one);
            out.printf("| two threads | %.0f/s, %.2f times one | 1.8 times |%n", two, two / one);
        }
        PolicySwaps swaps = new PolicySwaps(bundle(), folder.resolve("swaps"), question());
        try (Authorizer authorizer = open(swaps.bundle())) {
            swaps.measure(authorizer, out, PolicyBench::usedBytes);
        }
        writeLists(MANY);
        long before = usedBytes();
        try (Authorizer authorizer = open()) {
            out.printf("| facts from 1,000,000 entries, median | %.1f us | 40 us |%n", medianMicros(authorizer));
            out.printf(
                    "| memory with them, the policy's included | %d MiB | 200 MiB of facts |%n",
                    (usedBytes() - before) >> 20);
        }
    }

    /** The plugin, with the default policy and the lists of the folder. */
    private Authorizer open() throws Exception {
        return open(bundle());
    }

    private Path bundle() {
        return home.resolve("policies/default.tar.gz");
    }

    private Authorizer open(Path bundle) throws Exception {
        URL archive =
                home.resolve("plugins/keywarden-authorizer-rego.jar").toUri().toURL();
        URLClassLoader loader = new URLClassLoader(new URL[] {archive}, PolicyBench.class.getClassLoader());
        KeywardenPlugin plugin =
                ServiceLoader.load(KeywardenPlugin.class, loader).findFirst().orElseThrow();
        return plugin.authorizers(new Context(settings(bundle), folder)).getFirst();
    }

    private Map<String, Object> settings(Path bundle) {
        Map<String, Object> facts = new TreeMap<>();
        Map.of("images", "os_image_hash", "apps", "app_id", "compose_hashes", "app_id/compose_hash")
                .forEach((name, key) -> facts.put(
                        name, Map.of("file", folder.resolve(name + ".jsonl").toString(), "key", key)));
        return Map.of("bundle", bundle.toString(), "facts", facts);
    }

    private void writeLists(int apps) throws IOException {
        Files.writeString(folder.resolve("images.jsonl"), "05".repeat(BootInfo.HASH_BYTES) + "\n");
        Files.writeString(
                folder.resolve("compose_hashes.jsonl"), app(0) + "/" + "c0".repeat(BootInfo.HASH_BYTES) + "\n");
        try (BufferedWriter lines = Files.newBufferedWriter(folder.resolve("apps.jsonl"))) {
            for (int i = 0; i < apps; i++) {
                lines.write("{\"key\":\"" + app(i) + "\",\"allow_any_device\":true,\"owner\":\"team " + i + "\"}\n");
            }
        }
    }

    private static String app(int number) {
        return String.format("%0" + 2 * APP_BYTES + "x", number);
    }

    private static AuthorizationRequest question() {
        BootInfo bootInfo = new BootInfo(
                "dstack-tdx",
                hash("a1"),
                hash("a2"),
                hash("05"),
                Bytes.fromHex(app(0)),
                hash("c0"),
                Bytes.fromHex("10".repeat(BootInfo.INSTANCE_ID_BYTES)),
                hash("a7"),
                Bytes.EMPTY,
                "UpToDate",
                List.of());
        return new AuthorizationRequest(
                Gate.RPC, "GetAppKey", Subject.APP, bootInfo, "tdx", List.of(), "request", Instant.EPOCH, Instant.MAX);
    }

    private static Bytes hash(String pair) {
        return Bytes.fromHex(pair.repeat(BootInfo.HASH_BYTES));
    }

    private static void ask(Authorizer authorizer, AuthorizationRequest question) {
        if (!(authorizer.authorize(question) instanceof Decision.Allow)) {
            throw new IllegalStateException("the policy does not allow: " + authorizer.authorize(question));
        }
    }

    private static double medianMicros(Authorizer authorizer) {
        AuthorizationRequest question = question();
        for (int i = 0; i < WARM_UP; i++) {
            ask(authorizer, question);
        }
        long[] nanos = new long[MEASURED];
        for (int i = 0; i < MEASURED; i++) {
            long begin = System.nanoTime();
            ask(authorizer, question);
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos[MEASURED / 2] / 1000.0;
    }

    private static double rate(Authorizer authorizer, int threads) throws Exception {
        AuthorizationRequest question = question();
        try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
            Callable<Long> asking = () -> {
                long asked = 0;
                long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                while (System.nanoTime() < end) {
                    ask(authorizer, question);
                    asked++;
                }
                return asked;
            };
            long asked = 0;
            for (Future<Long> caller : callers.invokeAll(java.util.Collections.nCopies(threads, asking))) {
                asked += caller.get();
            }
            return asked / 3.0;
        }
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** What the host gives a plugin. */
    private record Context(Map<String, Object> tree, Path scratchDirectory) implements PluginContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            return SettingsBinder.bind(tree, "core.authorization.rego", type);
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public System.Logger logger() {
            return System.getLogger("policy-bench");
        }

        @Override
        public Meter meter() {
            return new Meter() {
                @Override
                public void count(String name, long amount) {}

                @Override
                public void time(String name, Duration elapsed) {}
            };
        }
    }
}
