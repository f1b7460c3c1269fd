package dev.keywarden.dcap;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A level of a quoting enclave or of a TDX module (TDX fact sheet, section 2.6).
 *
 * @param isvSvn from which SVN on it is reached
 * @param date {@code tcbDate}
 * @param status Intel's word as it stands; it is judged when the level is selected
 * @param advisoryIds what a part on this level is open to
 */
public record IsvLevel(int isvSvn, Instant date, String status, List<String> advisoryIds) {
    /** The order in which levels are tried. */
    static final Comparator<IsvLevel> BEST_FIRST =
            Comparator.comparingInt(IsvLevel::isvSvn).reversed();

    public IsvLevel {
        advisoryIds = List.copyOf(advisoryIds);
    }

    /** The best of these levels that an SVN reaches. */
    static Optional<IsvLevel> select(List<IsvLevel> bestFirst, int isvSvn) {
        return bestFirst.stream().filter(level -> level.isvSvn() <= isvSvn).findFirst();
    }
}
