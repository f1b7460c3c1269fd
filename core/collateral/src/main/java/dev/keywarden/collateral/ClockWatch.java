package dev.keywarden.collateral;

import dev.keywarden.dcap.CollateralAge;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Notices a clock that stands before the time at which collateral was made that was verified already (TDX fact sheet, section
 * 4.4, rule 9). It only tells: what is not valid at the given time is refused as ever.
 */
final class ClockWatch {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private Instant latestIssued = Instant.MIN;
    private boolean told;

    /** Collateral was verified. */
    synchronized void verified(CollateralAge age) {
        latestIssued = Stream.of(latestIssued, age.tcbInfoIssued(), age.qeIdentityIssued())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /** Whether the clock has gone back; true once until it is right again. */
    synchronized boolean wentBack(Instant now) {
        boolean back = latestIssued.isAfter(Instant.MIN) && now.isBefore(latestIssued.minus(TOLERANCE));
        boolean news = back && !told;
        told = back;
        return news;
    }

    synchronized Instant latestIssued() {
        return latestIssued;
    }
}
