package dev.keywarden.app.explain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.app.audit.RecordReader;
import dev.keywarden.app.policy.PolicyAnswer;
import dev.keywarden.app.policy.PolicyDiff;
import dev.keywarden.app.policy.PolicyQuestion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one authorizer without a say got on, by what the audit log says of it.
 *
 * @param name its name
 * @param agreed how many answers were as the chain's
 * @param differed how many were not
 * @param dropped questions that it was too slow for
 * @param differences who they were about and why, as far as they are recorded one by one
 * @param clean answers since the last that differed, or since the beginning
 * @param cleanFor how long that has been
 */
public record ShadowReport(
        String name, long agreed, long differed, long dropped, PolicyDiff differences, long clean, Duration cleanFor) {

    /**
     * When a shadow may become the chain.
     *
     * @param requests at least so many answers in a row that were as the chain's
     * @param time over at least so long
     */
    public record Rule(long requests, Duration time) {
        /** The rule in a sentence. */
        public String sentence() {
            return "safe to promote: no differing verdict over the last " + requests + " requests and " + time.toHours()
                    + " hours, none of them dropped";
        }
    }

    /** Whether the rule is met. */
    public boolean isSafe(Rule rule) {
        return clean >= rule.requests() && cleanFor.compareTo(rule.time()) >= 0;
    }

    /**
     * Reads a log.
     *
     * @param log the file that records are added to
     * @return the shadows that it knows of, by name
     * @throws IOException if it can't be read
     */
    public static Map<String, ShadowReport> read(Path log) throws IOException {
        Map<String, Reading> readings = new TreeMap<>();
        new RecordReader(log).read(entry -> {
            if (entry.kind().startsWith("shadow")) {
                String name = entry.json().path("shadow").asText();
                readings.computeIfAbsent(name, shadow -> new Reading()).add(entry);
            }
            return true;
        });
        Map<String, ShadowReport> reports = new TreeMap<>();
        readings.forEach((name, reading) -> reports.put(name, reading.report(name)));
        return reports;
    }

    /** What was read of one shadow so far. */
    private static final class Reading {
        private final PolicyDiff.Count differences = new PolicyDiff.Count();
        private long agreed;
        private long differed;
        private long dropped;
        private long clean;
        private @Nullable Instant cleanSince;
        private @Nullable Instant last;

        void add(RecordReader.Entry entry) {
            JsonNode record = entry.json();
            Instant time = Instant.parse(record.path("time").asText());
            last = time;
            if (entry.kind().equals("shadow")) {
                differences.add(
                        PolicyQuestion.fromRecord(record, entry.place()),
                        answer(record.path("outcome").asText(), ""),
                        answer(
                                record.at("/answer/outcome").asText(),
                                record.at("/answer/reasons/0/code").asText()));
                soil(time);
                return;
            }
            agreed += record.path("agreed").asLong();
            differed += record.path("differed").asLong();
            dropped += record.path("dropped").asLong();
            if (record.path("differed").asLong() > 0 || record.path("dropped").asLong() > 0) {
                soil(time);
            } else {
                clean += record.path("agreed").asLong();
                cleanSince = cleanSince == null ? time : cleanSince;
            }
        }

        /** What follows counts from here. */
        private void soil(Instant time) {
            clean = 0;
            cleanSince = time;
        }

        private static PolicyAnswer answer(String outcome, String code) {
            return new PolicyAnswer(
                    PolicyAnswer.Verdict.valueOf(outcome.toUpperCase(Locale.ROOT)),
                    List.of(new PolicyAnswer.Reason(code, "", "")),
                    null);
        }

        ShadowReport report(String name) {
            Duration cleanFor = cleanSince == null || last == null ? Duration.ZERO : Duration.between(cleanSince, last);
            return new ShadowReport(name, agreed, differed, dropped, differences.diff(), clean, cleanFor);
        }
    }
}
