package dev.keywarden.dcap;

import java.util.List;

/**
 * Why a TCB is not as good as it could be, and what would make it so: nothing that a verdict depends on, all that an
 * operator needs to act on one.
 *
 * @param gaps one for each part that is behind, empty if none is
 * @param relaunchWouldDo whether the platform is good now and only the TD still runs on what it was launched on
 */
public record TcbDistance(List<TcbGap> gaps, boolean relaunchWouldDo) {
    public TcbDistance {
        gaps = List.copyOf(gaps);
    }

    /** Whether no published level is better than the one reached. */
    public boolean isNone() {
        return gaps.isEmpty() && !relaunchWouldDo;
    }

    /** The distance in sentences. */
    public String sentence() {
        if (isNone()) {
            return "Every part of the TCB is at the best level published.";
        }
        StringBuilder sentences = new StringBuilder();
        if (relaunchWouldDo) {
            sentences.append(
                    "The TD was launched on an outdated TDX module; launching it anew on this platform would do.");
        }
        for (TcbGap gap : gaps) {
            sentences.append(sentences.isEmpty() ? "" : " ").append(gap.sentence());
        }
        return sentences.toString();
    }
}
