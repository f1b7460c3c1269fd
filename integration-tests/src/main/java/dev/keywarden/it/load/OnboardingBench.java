package dev.keywarden.it.load;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code ./keywarden bench onboarding}: root keys from one process to another, and thousands of refusals. */
final class OnboardingBench {
    private static final long TARGET_MILLIS = 1000;

    /** What the collector leaves unfreed differs from one look to the next by about as much. */
    private static final long TARGET_GROWTH_MEBIBYTES = 16;

    private static final String NOBODY =
            "{\"gatewayAppId\":\"any\",\"osImages\":[],\"kms\":{\"mrAggregated\":[]},\"apps\":{}}";

    private final Path home;
    private final boolean quick;

    OnboardingBench(Path home, boolean quick) {
        this.home = home;
        this.quick = quick;
    }

    /** Runs with {@code --quick}, or with nothing; {@code keywarden.home} names the unpacked distribution. */
    public static void main(String... arguments) throws Exception {
        List<String> given = List.of(arguments);
        if (!given.isEmpty() && !given.equals(List.of("--quick"))) {
            System.err.println("usage: ./keywarden bench onboarding [--quick]");
            System.exit(2);
        }
        System.out.println(new OnboardingBench(Path.of(System.getProperty("keywarden.home")), !given.isEmpty()).run());
        System.exit(0);
    }

    /** Measures; returns the table. */
    String run() throws IOException, InterruptedException {
        NodeFolder folder = NodeFolder.make(home);
        MarkdownTable table = new MarkdownTable("figure", "value", "unit", "target");
        try (NodeProcess source = NodeProcess.start(folder, folder.dev())) {
            Bytes seed = folder.seed()
                    .orElseThrow(() -> new IllegalStateException("the node keeps no seed in " + folder.root()));
            handovers(folder, seed, table);
            refusals(folder, source, seed, table);
        }
        BenchMain.delete(folder.root());
        return table.toString();
    }

    /** Each receiver does this once in its life, so each is a process that was just started. */
    private void handovers(NodeFolder source, Bytes seed, MarkdownTable table)
            throws IOException, InterruptedException {
        List<Long> millis = new ArrayList<>();
        List<Long> cpuMillis = new ArrayList<>();
        String allowlist = source.allowlist();
        for (int i = 0; i < (quick ? 3 : 9); i++) {
            try (OnboardingReceiver receiver = OnboardingReceiver.start(source, seed, allowlist)) {
                long cpuBefore = receiver.figures().cpu().toMillis();
                long from = System.nanoTime();
                require(receiver.onboardFrom(source), 200);
                millis.add((System.nanoTime() - from) / 1_000_000);
                cpuMillis.add(receiver.figures().cpu().toMillis() - cpuBefore);
                System.err.println(
                        "bench: onboarded in " + millis.getLast() + " ms, " + cpuMillis.getLast() + " ms CPU");
            }
        }
        long median = BenchReport.median(millis);
        table.row(
                "onboard between two processes, median of " + millis.size(),
                String.valueOf(median),
                "ms",
                TARGET_MILLIS + BenchReport.verdict(median <= TARGET_MILLIS));
        table.row(
                "CPU of the receiver for it, median of " + cpuMillis.size(),
                String.valueOf(BenchReport.median(cpuMillis)),
                "ms",
                "-");
    }

    private void refusals(NodeFolder folder, NodeProcess source, Bytes seed, MarkdownTable table)
            throws IOException, InterruptedException {
        int warmUp = quick ? 500 : 2_000;
        int measured = quick ? 1_000 : 10_000;
        try (OnboardingReceiver receiver = OnboardingReceiver.start(folder, seed, NOBODY)) {
            refuse(receiver, folder, warmUp);
            ServerProcess process = receiver.figures();
            long before = process.residentMebibytes();
            long cpuBefore = process.cpu().toMillis();
            long sourceBefore = source.figures().residentMebibytes();
            refuse(receiver, folder, measured);
            long growth = process.residentMebibytes() - before;
            table.row("denied onboard attempts", String.valueOf(measured), "attempts", "-");
            table.row("resident memory of the receiver, before them", String.valueOf(before), "MiB", "-");
            table.row(
                    "growth over them",
                    String.valueOf(growth),
                    "MiB",
                    TARGET_GROWTH_MEBIBYTES + BenchReport.verdict(growth <= TARGET_GROWTH_MEBIBYTES));
            table.row(
                    "growth of the source over them",
                    String.valueOf(source.figures().residentMebibytes() - sourceBefore),
                    "MiB",
                    "-");
            table.row(
                    "CPU of the receiver, each",
                    "%.2f".formatted((process.cpu().toMillis() - cpuBefore) / (double) measured),
                    "ms",
                    "-");
        }
    }

    private static void refuse(OnboardingReceiver receiver, NodeFolder source, int times)
            throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            HttpResponse<String> answer = receiver.onboardFrom(source);
            require(answer, 400);
            if (!answer.body().contains("Source KMS is not allowed for onboarding: Boot denied: ")) {
                throw new IOException("the receiver refused for another reason: " + answer.body());
            }
        }
        System.err.println("bench: denied " + times + " times");
    }

    private static void require(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException("the receiver said " + answer.statusCode() + ": " + answer.body());
        }
    }
}
