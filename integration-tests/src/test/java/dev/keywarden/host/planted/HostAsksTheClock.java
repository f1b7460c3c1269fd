package dev.keywarden.host.planted;

import java.time.Instant;

/** Breaks a rule on purpose: the system clock. */
final class HostAsksTheClock {
    Instant now = Instant.now();
}
