package dev.keywarden.it.load;

import dev.keywarden.host.AuthorizationQuestion;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.host.Isolation;
import dev.keywarden.host.PluginHost;
import dev.keywarden.host.PluginHostSettings;
import dev.keywarden.host.TrustMode;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a process of its own adds to a decision: {@code ./keywarden bench isolation}. */
public final class IsolationBench {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;
    private static final int MEMORY_MEGABYTES = 64;
    private static final String ID = "allowlist";

    private IsolationBench() {}

    /** Takes no arguments; {@code keywarden.home} names the unpacked distribution. */
    public static void main(String... arguments) throws Exception {
        Path plugins = Path.of(System.getProperty("keywarden.home"), "plugins");
        Path folder = Files.createTempDirectory("keywarden-isolation-bench-");
        Path list = Files.writeString(folder.resolve("allowlist.json"), "{}");
        PluginHostSettings.Builder settings = PluginHostSettings.builder(plugins, folder, InstantSource.system())
                .trust(TrustMode.ANY)
                .chain(List.of(ID))
                .authorizationSettings(Map.of(ID, Map.of("file", list.toString())));
        long[] within = measured(settings.build());
        long[] apart =
                measured(settings.isolated(Map.of(ID, new Isolation(MEMORY_MEGABYTES, null, true)), new SecureRandom())
                        .build());
        PrintStream out = System.out;
        out.println("| a decision of the allowlist | median | p99 | target |");
        out.println("| --- | --- | --- | --- |");
        print(out, "in the node", within, "");
        print(out, "in a process of its own", apart, "");
        out.printf("| what the process adds | %.1f us | | 200 us |%n", micros(apart, 50) - micros(within, 50));
        System.exit(0);
    }

    private static void print(PrintStream out, String what, long[] nanos, String target) {
        out.printf("| %s | %.1f us | %.1f us | %s |%n", what, micros(nanos, 50), micros(nanos, 99), target);
    }

    private static double micros(long[] sorted, int percent) {
        return sorted[(int) ((long) (sorted.length - 1) * percent / 100)] / 1_000.0;
    }

    private static long[] measured(PluginHostSettings settings) {
        AuthorizationQuestion question = question();
        try (PluginHost host = PluginHost.load(settings)) {
            long[] nanos = new long[MEASURED];
            for (int i = -WARM_UP; i < MEASURED; i++) {
                long begin = System.nanoTime();
                ChainDecision decision = host.chain().consider(question, Instant.EPOCH);
                if (decision.verdict() != ChainDecision.Verdict.DENY) {
                    throw new IllegalStateException("an empty list denies, but came was " + decision);
                }
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - begin;
                }
            }
            Arrays.sort(nanos);
            return nanos;
        }
    }

    private static AuthorizationQuestion question() {
        Bytes hash = Bytes.fromHex("a1".repeat(BootInfo.HASH_BYTES));
        Bytes app = Bytes.fromHex("a4".repeat(BootInfo.APP_ID_BYTES));
        BootInfo info = new BootInfo(
                "dstack-tdx", hash, hash, hash, app, hash, Bytes.EMPTY, hash, Bytes.EMPTY, "UpToDate", List.of());
        return new AuthorizationQuestion(Gate.RPC, "GetAppKey", Subject.APP, info, "tdx", List.of(), "bench");
    }
}
