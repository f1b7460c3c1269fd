package dev.keywarden.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Shows the steps of a command as they are done, each with the time it took. */
final class StepPrinter {
    private final Console console;
    private final boolean quiet;
    private final List<Map<String, Object>> steps = new ArrayList<>();

    /** @param quiet keeps the steps for a machine-readable result instead of printing them */
    StepPrinter(Console console, boolean quiet) {
        this.console = console;
        this.quiet = quiet;
    }

    /** Does one step; if it fails, its failure passes through and nothing is printed. */
    <T> T step(String what, Supplier<T> action) {
        long start = System.nanoTime();
        T result = action.get();
        double millis = (System.nanoTime() - start) / 1e6;
        if (!quiet) {
            console.say(String.format(Locale.ROOT, "  %7.1f ms  %s", millis, what));
        }
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("step", what);
        step.put("ms", Math.round(millis * 10) / 10.0);
        steps.add(step);
        return result;
    }

    /** As {@link #step}, for a step without a result. */
    void run(String what, Runnable action) {
        step(what, () -> {
            action.run();
            return true;
        });
    }

    /** What was done so far, in order. */
    List<Map<String, Object>> steps() {
        return List.copyOf(steps);
    }
}
