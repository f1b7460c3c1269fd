package dev.keywarden.plugin.onchain;

import java.time.Duration;

/**
 * Which block decisions are made at.
 *
 * @param name what JSON-RPC calls it: {@code finalized}, {@code safe} or {@code latest}
 * @param behind how many blocks before it; more than 0 only with {@code latest}
 */
record BlockTag(String name, long behind) {
    private static final String LATEST = "latest";
    private static final long FARTHEST = 100_000;

    /** Finality of the slowest common chain comes after a quarter of an hour; twice that is a chain in trouble. */
    private static final Duration FINALIZED_AGE = Duration.ofMinutes(30);

    private static final Duration LATEST_AGE = Duration.ofMinutes(5);

    /** @throws IllegalArgumentException if it is none of the four forms */
    static BlockTag parse(String text) {
        return switch (text) {
            case "finalized", "safe", LATEST -> new BlockTag(text, 0);
            default -> {
                if (!text.matches("latest-[1-9][0-9]{0,5}") || Long.parseLong(text.substring(7)) > FARTHEST) {
                    throw new IllegalArgumentException(
                            "block must be finalized, safe, latest or latest-N, with N from 1 to " + FARTHEST + ", not "
                                    + text);
                }
                yield new BlockTag(LATEST, Long.parseLong(text.substring(7)));
            }
        };
    }

    /** The age from which such a block says that the chain, or the provider, stands still. */
    Duration usualAge() {
        return name.equals(LATEST) ? LATEST_AGE : FINALIZED_AGE;
    }

    @Override
    public String toString() {
        return behind == 0 ? name : name + "-" + behind;
    }
}
