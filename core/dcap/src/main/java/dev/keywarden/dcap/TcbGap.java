package dev.keywarden.dcap;

import java.time.Instant;
import java.util.List;

/**
 * How far one part of a TCB is behind the nearest level with the best status there is.
 *
 * @param part which part
 * @param status the status of the level it reaches
 * @param date the date of the level it reaches
 * @param targetStatus the status of the level that would do
 * @param targetDate the date of the level that would do
 * @param shortfalls what is missing to reach it, never empty
 * @param clearedAdvisoryIds what the part would no longer be open to
 */
public record TcbGap(
        Part part,
        TcbStatus status,
        Instant date,
        TcbStatus targetStatus,
        Instant targetDate,
        List<Shortfall> shortfalls,
        List<String> clearedAdvisoryIds) {

    /** The parts of a TCB. */
    public enum Part {
        PLATFORM("platform"),
        QUOTING_ENCLAVE("quoting enclave"),
        TDX_MODULE("TDX module");

        private final String words;

        Part(String words) {
            this.words = words;
        }

        /** What to call it in a sentence. */
        public String words() {
            return words;
        }
    }

    /**
     * A version that is too low.
     *
     * @param component for example {@code SGX component 8 (OS/VMM, SEAMLDR ACM)}, {@code PCESVN} or {@code ISVSVN}; numbers
     *     count from 1, as in Intel's papers
     * @param found the version now
     * @param needed the version that would do
     */
    public record Shortfall(String component, int found, int needed) {
        /** By how much it is behind. */
        public int behind() {
            return needed - found;
        }
    }

    public TcbGap {
        shortfalls = List.copyOf(shortfalls);
        clearedAdvisoryIds = List.copyOf(clearedAdvisoryIds);
    }

    /** The gap as a sentence. */
    public String sentence() {
        StringBuilder sentence =
                new StringBuilder("The %s is at the level of %s (%s): ".formatted(part.words(), day(date), status));
        for (int i = 0; i < shortfalls.size(); i++) {
            Shortfall shortfall = shortfalls.get(i);
            sentence.append(i == 0 ? "" : ", ")
                    .append("%s has version %d and needs %d (%d behind)"
                            .formatted(
                                    shortfall.component(), shortfall.found(), shortfall.needed(), shortfall.behind()));
        }
        sentence.append(" for the level of %s (%s)".formatted(day(targetDate), targetStatus));
        if (!clearedAdvisoryIds.isEmpty()) {
            sentence.append(", which clears ").append(String.join(", ", clearedAdvisoryIds));
        }
        return sentence.append('.').toString();
    }

    private static String day(Instant instant) {
        return instant.toString().substring(0, "yyyy-MM-dd".length());
    }
}
