package dev.keywarden.it.load;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The tables, as they are printed. Each figure stands beside its target and what the reference does. */
final class BenchReport {
    private final MarkdownTable loads = new MarkdownTable(
            "judge",
            "method",
            "connections",
            "clients",
            "/s",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "errors",
            "CPU ms/request",
            "target",
            "reference CPU",
            "reference /s",
            "RSS MiB");
    private long mostResident;

    void load(String judge, LoadResult result, Targets.Target target) {
        mostResident = Math.max(mostResident, result.residentMebibytes());
        loads.row(
                judge,
                result.method(),
                result.connections(),
                String.valueOf(result.clients()),
                "%.0f".formatted(result.perSecond()),
                "%.2f".formatted(result.p50()),
                "%.2f".formatted(result.p99()),
                "%.2f".formatted(result.p999()),
                result.errors() + (result.firstError() == null ? "" : " (" + result.firstError() + ")"),
                "%.3f".formatted(result.cpuMillisPerRequest()),
                target.cpuMillis()
                        .map(most -> most + verdict(result.cpuMillisPerRequest() <= most))
                        .orElse("-"),
                text(target.referenceCpuMillis()),
                text(target.referencePerSecond()),
                String.valueOf(result.residentMebibytes()));
    }

    String loads() {
        return loads.toString();
    }

    /** Start and memory. */
    String footprint(Duration firstStart, List<Duration> starts, long idleMebibytes) {
        long median = median(starts.stream().map(Duration::toMillis).toList());
        MarkdownTable table = new MarkdownTable("figure", "value", "unit", "target", "reference");
        table.row("first start, with bootstrap, to first answer", "" + firstStart.toMillis(), "ms", "-", "-");
        table.row(
                "start to first answer, median of " + starts.size(),
                "" + median,
                "ms",
                Targets.START_MILLIS + verdict(median <= Targets.START_MILLIS),
                "" + Targets.REFERENCE_START_MILLIS);
        table.row(
                "resident memory, idle after start",
                "" + idleMebibytes,
                "MiB",
                Targets.IDLE_MEBIBYTES + verdict(idleMebibytes <= Targets.IDLE_MEBIBYTES),
                "" + Targets.REFERENCE_MEBIBYTES);
        table.row(
                "resident memory, most under load",
                "" + mostResident,
                "MiB",
                Targets.LOADED_MEBIBYTES + verdict(mostResident <= Targets.LOADED_MEBIBYTES),
                "" + Targets.REFERENCE_MEBIBYTES);
        return table.toString();
    }

    /** What decision records cost. */
    static String records(List<LoadResult> with, List<LoadResult> without) {
        MarkdownTable table = new MarkdownTable(
                "connections",
                "p99 ms with records",
                "p99 ms without",
                "ratio",
                "target",
                "CPU ms with",
                "CPU ms without");
        for (String connections : List.of("kept", "new")) {
            double on = median(p99(with, connections));
            double off = median(p99(without, connections));
            table.row(
                    connections,
                    "%.2f".formatted(on),
                    "%.2f".formatted(off),
                    "%.2f".formatted(on / off),
                    Targets.RECORDS_FACTOR + verdict(on / off <= Targets.RECORDS_FACTOR),
                    "%.3f".formatted(median(cpu(with, connections))),
                    "%.3f".formatted(median(cpu(without, connections))));
        }
        return table.toString();
    }

    private static List<Double> p99(List<LoadResult> results, String connections) {
        return results.stream()
                .filter(result -> result.connections().equals(connections))
                .map(LoadResult::p99)
                .toList();
    }

    private static List<Double> cpu(List<LoadResult> results, String connections) {
        return results.stream()
                .filter(result -> result.connections().equals(connections))
                .map(LoadResult::cpuMillisPerRequest)
                .toList();
    }

    static <T extends Comparable<T>> T median(List<T> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    static String verdict(boolean met) {
        return met ? " met" : " MISSED";
    }

    private static String text(Optional<?> figure) {
        return figure.map(String::valueOf).orElse("-");
    }
}
