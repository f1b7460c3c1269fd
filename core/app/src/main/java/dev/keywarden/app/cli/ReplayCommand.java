package dev.keywarden.app.cli;

import dev.keywarden.app.explain.Replay;
import dev.keywarden.app.policy.PolicyDiff;
import dev.keywarden.host.PluginHost;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden replay}. */
@Command(
        name = "replay",
        description =
                "Asks a chain what the node was asked in the past, and shows where it would have decided otherwise."
                        + " Ends with 1 if a verdict would differ.")
final class ReplayCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private NodeChain chain;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Decisions from this time on, RFC 3339 (default: all).")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Decisions before this time (default: all).")
    private @Nullable String until;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    ReplayCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Instant from = since == null ? Instant.MIN : Circumstances.time("--since", since);
        Instant to = until == null ? Instant.MAX : Circumstances.time("--until", until);
        // Each question is asked for the time it was asked then.
        AtomicReference<Instant> now =
                new AtomicReference<>(InstantSource.system().instant());
        try (PluginHost host = chain.load(now::get)) {
            PolicyDiff diff =
                    new Replay(host.chain(), now::set).of(chain.settings().auditFile(), from, to);
            new PolicyDiffPrinter(console, json.wanted()).show(diff, "RECORDED", "REPLAYED");
            return diff.changesVerdicts() ? 1 : 0;
        }
    }
}
