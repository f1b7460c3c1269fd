package dev.keywarden.collateral;

import java.time.Duration;

/**
 * How long collateral is kept (TDX fact sheet, section 4.4).
 *
 * @param refresh after how long a set is fetched anew in the background; earlier if two thirds of its life are over
 * @param stale how long after its end a set may still be used while no source gives another; zero: not at all
 * @param fetchTimeout for one fetch, over all sources
 * @param maxSets most sets in memory
 * @param guardRollback whether a set that is older than one that was used is refused; not for files, which a person chose
 */
public record CacheRules(Duration refresh, Duration stale, Duration fetchTimeout, int maxSets, boolean guardRollback) {
    /** What the fact sheet says. */
    public static final CacheRules DEFAULT =
            new CacheRules(Duration.ofHours(24), Duration.ZERO, Duration.ofSeconds(15), 256, true);

    /** For files and imported sets: looked at once a minute, so that a new one is seen soon. */
    public static final CacheRules LOCAL =
            new CacheRules(Duration.ofMinutes(1), Duration.ZERO, Duration.ofSeconds(15), 256, false);
}
