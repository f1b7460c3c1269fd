package dev.keywarden.collateral;

import dev.keywarden.dcap.VerifiedCollateral;
import java.time.Instant;

/**
 * What a quote is to be verified with.
 *
 * @param verified the set
 * @param time the time to verify at: now, or the last moment of a set that has lapsed
 * @param stale whether it has lapsed and is used because no source gave another
 */
public record UsableCollateral(VerifiedCollateral verified, Instant time, boolean stale) {}
