package dev.keywarden.it.load;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** What decisions by contracts cost, next to a bare call of the same contract on the same chain. */
public final class OnchainBench {
    private static final double READ_MILLIS = 0.5;
    private static final double REUSED_MILLIS = 0.1;
    private static final double HANGING_MILLIS = 5;
    private static final int SUBJECTS = 50;
    private static final int PER_SECOND = 1000;
    private static final String READS = "reads_total";

    private final Path archive;
    private final boolean quick;
    private final AtomicLong machines = new AtomicLong();
    private final MarkdownTable table = new MarkdownTable("decision by contracts", "p50 ms", "p99 ms", "target");

    private OnchainBench(Path archive, boolean quick) {
        this.archive = archive;
        this.quick = quick;
    }

    /** Runs alone, with {@code --quick} or with nothing; {@code keywarden.home} names the unpacked distribution. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("keywarden.home"));
        System.out.println(run(
                home,
                home.resolve("../../../..").normalize(),
                List.of(arguments).contains("--quick")));
        System.exit(0);
    }

    /** The table, or a line that says why there is none. */
    static String run(Path home, Path root, boolean quick) throws IOException, InterruptedException {
        Optional<Path> program = ChainProcess.program(root);
        if (program.isEmpty()) {
            return "Decisions by contracts were not measured: install the contracts' tools (cd contracts && npm ci).\n";
        }
        Path archive = home.resolve("plugins").resolve("keywarden-authorizer-onchain.jar");
        try (ChainProcess chain = ChainProcess.start(program.get())) {
            return new OnchainBench(archive, quick).measured(chain);
        }
    }

    private String measured(ChainProcess chain) throws IOException, InterruptedException {
        double bare = bareCalls(chain);
        try (LoadedAuthorizer one = open(1, chain.url())) {
            Measurement reading = decisions(one, true);
            row("one provider, must read", reading, bare + READ_MILLIS, reading.millisAt(50));
            Measurement reused = decisions(one, false);
            row("one provider, block and subject known", reused, REUSED_MILLIS, reused.millisAt(50));
        }
        withOneHanging(chain);
        String steady = steady(chain);
        return table + "\n" + steady;
    }

    private double bareCalls(ChainProcess chain) throws IOException {
        String params =
                "{\"to\":\"" + ChainProcess.CONTRACT + "\",\"data\":\"0x1e079198" + "0".repeat(1024) + "\"},\"latest\"";
        Measurement bare = new Measurement();
        for (int i = 0; i < 2 * count(); i++) {
            if (i == count()) {
                bare.restart();
            }
            long start = System.nanoTime();
            String answer = chain.call("eth_call", params);
            bare.answered(System.nanoTime() - start);
            if (!answer.contains("\"result\":\"0x" + "0".repeat(63) + "1")) {
                throw new IllegalStateException("the contract of the benchmark does not answer: " + answer);
            }
        }
        table.row("a bare eth_call", "%.2f".formatted(bare.millisAt(50)), "%.2f".formatted(bare.millisAt(99)), "-");
        return bare.millisAt(50);
    }

    /** Two nodes of one chain can't be had here by starting twice, so the same node stands for two under two names. */
    private void withOneHanging(ChainProcess chain) throws IOException, InterruptedException {
        String again = chain.url().replace("127.0.0.1", "localhost");
        Measurement two;
        try (LoadedAuthorizer both = open(2, chain.url(), again)) {
            two = decisions(both, true);
        }
        row("two providers of two", two, Double.NaN, 0);
        try (ServerSocket hanging = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
                LoadedAuthorizer three = open(2, chain.url(), again, "http://127.0.0.1:" + hanging.getLocalPort())) {
            Measurement result = decisions(three, true);
            row("two of three, one hanging (p99)", result, two.millisAt(99) + HANGING_MILLIS, result.millisAt(99));
        }
    }

    /** Reads between two blocks when a fleet of apps asks all the time. */
    private String steady(ChainProcess chain) throws IOException, InterruptedException {
        int seconds = quick ? 2 : 5;
        try (LoadedAuthorizer one = open(1, chain.url());
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            long before = one.counted(READS);
            long start = System.nanoTime();
            AtomicLong wrong = new AtomicLong();
            for (int i = 0; i < seconds * PER_SECOND; i++) {
                BootInfo machine = machine(i % SUBJECTS);
                callers.execute(() -> {
                    if (!(decide(one, machine) instanceof Decision.Allow)) {
                        wrong.incrementAndGet();
                    }
                });
                LockSupport.parkNanos(start + TimeUnit.SECONDS.toNanos(1) * (i + 1) / PER_SECOND - System.nanoTime());
            }
            callers.shutdown();
            boolean ended = callers.awaitTermination(30, TimeUnit.SECONDS);
            double took = (System.nanoTime() - start) / 1e9;
            long reads = one.counted(READS) - before;
            return "%d decisions about %d apps at %.0f/s within one block: %d reads by the provider (target: %d%s)%s\n"
                    .formatted(
                            seconds * PER_SECOND,
                            SUBJECTS,
                            seconds * PER_SECOND / took,
                            reads,
                            SUBJECTS,
                            reads <= SUBJECTS + 1 ? " and one of the contract itself, met" : ", MISSED",
                            ended && wrong.get() == 0 ? "" : ", " + wrong + " of them wrong");
        }
    }

    private Measurement decisions(LoadedAuthorizer loaded, boolean fresh) {
        Measurement measurement = new Measurement();
        BootInfo known = machine(0);
        for (int i = 0; i < 2 * count(); i++) {
            if (i == count()) {
                measurement.restart();
            }
            BootInfo machine = fresh ? machine(machines.incrementAndGet()) : known;
            long start = System.nanoTime();
            Decision decision = decide(loaded, machine);
            measurement.answered(System.nanoTime() - start);
            if (!(decision instanceof Decision.Allow)) {
                throw new IllegalStateException(
                        "the contract of the benchmark allows everything, but came to " + decision);
            }
        }
        return measurement;
    }

    private int count() {
        return quick ? 1000 : 4000;
    }

    private void row(String what, Measurement measurement, double most, double reached) {
        table.row(
                what,
                "%.3f".formatted(measurement.millisAt(50)),
                "%.3f".formatted(measurement.millisAt(99)),
                Double.isNaN(most) ? "-" : "%.2f".formatted(most) + (reached <= most ? " met" : " MISSED"));
    }

    private LoadedAuthorizer open(int agree, String... urls) throws IOException {
        return new LoadedAuthorizer(
                archive,
                Map.of(
                        "kmsContract",
                        ChainProcess.CONTRACT,
                        "providers",
                        List.of(urls),
                        "chainId",
                        31337L,
                        "agree",
                        agree,
                        "block",
                        "latest",
                        "maxBlockAge",
                        Duration.ofHours(12),
                        "maxClockSkew",
                        Duration.ofHours(12)));
    }

    private static Decision decide(LoadedAuthorizer loaded, BootInfo machine) {
        return loaded.authorizer()
                .authorize(new AuthorizationRequest(
                        Gate.RPC,
                        "GetAppKey",
                        Subject.APP,
                        machine,
                        "mock",
                        List.of(),
                        "bench",
                        Instant.now(),
                        Instant.MAX));
    }

    private static BootInfo machine(long number) {
        Bytes hash = Bytes.of(new byte[32]);
        byte[] id = ByteBuffer.allocate(20).putLong(12, number).array();
        return new BootInfo(
                "dstack-tdx",
                hash,
                hash,
                Bytes.of(ByteBuffer.allocate(32).putLong(1).array()),
                Bytes.of(id),
                hash,
                Bytes.of(id),
                hash,
                Bytes.EMPTY,
                "UpToDate",
                List.of());
    }
}
