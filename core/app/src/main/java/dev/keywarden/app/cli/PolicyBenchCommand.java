package dev.keywarden.app.cli;

import dev.keywarden.app.policy.NodeEngineEvaluator;
import dev.keywarden.app.policy.PolicyAnswer;
import dev.keywarden.app.policy.PolicyQuestion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywarden policy bench}. */
@Command(name = "bench", description = "Measures how long the node's own engine takes to answer a question.")
final class PolicyBenchCommand implements Callable<Integer> {
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private final Console console;

    @Parameters(paramLabel = "BUNDLE", description = "The bundle.")
    @SuppressWarnings("NullAway.Init") // required
    private Path bundle;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private QuestionOptions options;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How often it is asked, once everything is warm (default: ${DEFAULT-VALUE}).")
    private int count;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private JsonOption json;

    PolicyBenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (count < 1) {
            throw new CommandFailure("--count " + count + ": ask at least once");
        }
        PolicyQuestion question = options.question();
        try (NodeEngineEvaluator engine = PolicyTools.engine(bundle, options.facts())) {
            PolicyAnswer answer = engine.answer(question);
            if (answer.verdict() == PolicyAnswer.Verdict.UNAVAILABLE) {
                throw new CommandFailure(bundle + ": " + answer.reasons().get(0).message());
            }
            warmUp(engine, question);
            long[] nanos = new long[count];
            long began = System.nanoTime();
            measure(engine, question, nanos);
            double seconds = (System.nanoTime() - began) / 1e9;
            Arrays.sort(nanos);
            show(answer, nanos, seconds);
        }
        return 0;
    }

    /** A new bundle is interpreted until it is compiled, and then compiled again by the JVM. */
    private static void warmUp(NodeEngineEvaluator engine, PolicyQuestion question) {
        long end = System.nanoTime() + WARM_UP.toNanos();
        while (System.nanoTime() < end) {
            engine.answer(question);
        }
    }

    private static void measure(NodeEngineEvaluator engine, PolicyQuestion question, long[] nanos) {
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            engine.answer(question);
            nanos[i] = System.nanoTime() - start;
        }
    }

    private void show(PolicyAnswer answer, long[] sorted, double seconds) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("verdict", answer.verdict().name().toLowerCase(Locale.ROOT));
        facts.put("code", answer.code());
        facts.put("questions", sorted.length);
        facts.put("p50_us", micros(sorted, 0.5));
        facts.put("p99_us", micros(sorted, 0.99));
        facts.put("per_second", Math.round(sorted.length / seconds));
        json.say(
                console,
                facts,
                () -> facts.forEach(
                        (name, value) -> console.say(String.format(Locale.ROOT, "%-10s  %s", name, value))));
    }

    private static double micros(long[] sorted, double share) {
        return Math.round(sorted[(int) (share * (sorted.length - 1))] / 100.0) / 10.0;
    }
}
