package dev.keywarden.it.load;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code ./keywarden bench}: figures of a whole node, with their units and targets. */
public final class BenchMain {
    private static final int STARTS = 5;
    private static final int RECORDS_CLIENTS = 32;
    private static final long SETTLE_MILLIS = 2000;
    private static final int WARM_UP_CLIENTS = 8;
    private static final int MOST_WARM_UPS = 8;

    /** What a round of warming up must save to be followed by another: a tenth. */
    private static final double SETTLED = 0.9;

    private final NodeFolder folder;
    private final boolean quick;
    private final BenchReport report = new BenchReport();

    private BenchMain(NodeFolder folder, boolean quick) {
        this.folder = folder;
        this.quick = quick;
    }

    /** Runs with {@code --quick}, or with nothing; {@code keywarden.home} names the unpacked distribution. */
    public static void main(String... arguments) throws Exception {
        List<String> given = List.of(arguments);
        if (!given.isEmpty() && !given.equals(List.of("--quick"))) {
            System.err.println("usage: ./keywarden bench [--quick | load ... | onboarding [--quick] | jmh ...]");
            System.exit(2);
        }
        NodeFolder folder = NodeFolder.make(Path.of(System.getProperty("keywarden.home")));
        new BenchMain(folder, !given.isEmpty()).run();
        delete(folder.root());
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        say(Runtime.getRuntime().availableProcessors() + " cores, Java " + Runtime.version()
                + "; node, webhook and load generator share them. Evidence of " + LoadOptions.GUESTS
                + " guests is made beforehand.");
        Duration firstStart = firstStart();
        List<Duration> starts = starts();
        LoadProcess load = load();
        long idle = loadWithAllowlist(load);
        loadWithPolicy(load);
        loadWithWebhook(load);
        loadWithTdx(load);
        String records = records(load);
        String onboarding = new OnboardingBench(folder.home(), quick).run();
        say("decisions by contracts");
        String onchain = OnchainBench.run(
                folder.home(), folder.home().resolve("../../../..").normalize(), quick);
        System.out.println();
        System.out.println(report.loads());
        System.out.println(report.footprint(firstStart, starts, idle));
        System.out.println(records);
        System.out.println(onboarding);
        System.out.println(onchain);
    }

    private Duration firstStart() throws IOException, InterruptedException {
        try (NodeProcess node = NodeProcess.start(folder, folder.dev())) {
            say("first start, with bootstrap: " + node.startToFirstAnswer().toMillis() + " ms");
            return node.startToFirstAnswer();
        }
    }

    private List<Duration> starts() throws IOException, InterruptedException {
        List<Duration> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            try (NodeProcess node = NodeProcess.start(folder, folder.allowing())) {
                starts.add(node.startToFirstAnswer());
                say("start " + (i + 1) + " of " + STARTS + ": "
                        + node.startToFirstAnswer().toMillis() + " ms");
            }
        }
        return starts;
    }

    private LoadProcess load() throws IOException {
        Bytes seed = folder.seed()
                .orElseThrow(() -> new IllegalStateException("the node keeps no seed in " + folder.root()));
        return new LoadProcess(folder, seed, Duration.ofSeconds(quick ? 2 : 5), Duration.ofSeconds(quick ? 1 : 2));
    }

    /**
     * A node's code is slow until the JIT compiler has seen it run, and on a busy machine the compiler itself waits for a
     * core: loads until the processor time of a request does not fall any more.
     */
    private void warmUp(LoadProcess load, NodeProcess node, Rpc rpc) throws IOException, InterruptedException {
        double last = Double.MAX_VALUE;
        for (int round = 1; round <= MOST_WARM_UPS; round++) {
            double now = load.run(node, new Cell(rpc, true, WARM_UP_CLIENTS)).cpuMillisPerRequest()
                    + load.run(node, new Cell(rpc, false, WARM_UP_CLIENTS)).cpuMillisPerRequest();
            if (now > last * SETTLED) {
                say(rpc.method() + " is warm after " + round + " rounds");
                return;
            }
            last = now;
        }
        say(rpc.method() + " still gets faster after " + MOST_WARM_UPS + " rounds");
    }

    private long loadWithAllowlist(LoadProcess load) throws IOException, InterruptedException {
        try (NodeProcess node = NodeProcess.start(folder, folder.allowing())) {
            Thread.sleep(SETTLE_MILLIS);
            long idle = node.figures().residentMebibytes();
            say("idle: " + idle + " MiB");
            for (Rpc rpc : Rpc.values()) {
                warmUp(load, node, rpc);
                for (Cell cell : Cell.of(rpc, quick)) {
                    report.load("allowlist", measured(load, node, cell), Targets.local(rpc, cell.kept()));
                }
            }
            return idle;
        }
    }

    private void loadWithPolicy(LoadProcess load) throws IOException, InterruptedException {
        try (NodeProcess node = NodeProcess.start(folder, folder.dev())) {
            warmUp(load, node, Rpc.GET_APP_KEY);
            for (Cell cell : Cell.of(Rpc.GET_APP_KEY, quick)) {
                report.load("rego", measured(load, node, cell), Targets.local(Rpc.GET_APP_KEY, cell.kept()));
            }
        }
    }

    private void loadWithWebhook(LoadProcess load) throws IOException, InterruptedException {
        try (AllowingWebhook webhook = new AllowingWebhook();
                NodeProcess node = NodeProcess.start(folder, folder.asking(webhook.url()))) {
            warmUp(load, node, Rpc.GET_APP_KEY);
            for (Cell cell : Cell.of(Rpc.GET_APP_KEY, quick)) {
                report.load("webhook", measured(load, node, cell), Targets.webhook(cell.kept()));
            }
        }
    }

    /** Evidence goes through the plugin for hardware, with collateral at hand after the first request. */
    private void loadWithTdx(LoadProcess load) throws IOException, InterruptedException {
        Bytes seed = folder.seed().orElseThrow();
        try (CollateralService collateral = new CollateralService(seed);
                NodeProcess node = NodeProcess.start(
                        folder, folder.verifyingWithTdx(collateral.root(folder.root()), collateral.url()))) {
            warmUp(load, node, Rpc.GET_APP_KEY);
            for (Cell cell : Cell.of(Rpc.GET_APP_KEY, quick)) {
                report.load("allowlist, tdx", measured(load, node, cell), Targets.tdx(cell.kept()));
            }
        }
    }

    /** Nodes with and without records take turns, so that what else the machine does hits both. */
    private String records(LoadProcess load) throws IOException, InterruptedException {
        Map<Boolean, List<LoadResult>> results = Map.of(true, new ArrayList<>(), false, new ArrayList<>());
        for (int round = 0; round < (quick ? 1 : 3); round++) {
            for (boolean recorded : List.of(true, false)) {
                say(recorded ? "with decision records" : "without decision records");
                try (NodeProcess node =
                        NodeProcess.start(folder, recorded ? folder.allowing() : folder.withoutRecords())) {
                    warmUp(load, node, Rpc.GET_APP_KEY);
                    for (boolean kept : List.of(true, false)) {
                        results.getOrDefault(recorded, List.of())
                                .add(measured(load, node, new Cell(Rpc.GET_APP_KEY, kept, RECORDS_CLIENTS)));
                    }
                }
            }
        }
        return BenchReport.records(results.getOrDefault(true, List.of()), results.getOrDefault(false, List.of()));
    }

    private static LoadResult measured(LoadProcess load, NodeProcess node, Cell cell)
            throws IOException, InterruptedException {
        LoadResult result = load.run(node, cell);
        say("%s: %.0f/s, %.3f ms CPU".formatted(cell, result.perSecond(), result.cpuMillisPerRequest())
                + (result.errors() == 0 ? "" : ", " + result.errors() + " errors: " + result.firstError()));
        return result;
    }

    private static void say(String progress) {
        System.err.println("bench: " + progress);
    }

    static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
