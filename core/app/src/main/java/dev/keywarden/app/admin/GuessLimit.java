package dev.keywarden.app.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many wrong credentials one address may show: a hundred at once, and then one a second. Whoever has shown more is not
 * listened to, right or wrong; others are.
 */
final class GuessLimit {
    static final int AT_ONCE = 100;
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final int ADDRESSES = 4096;

    private final InstantSource clock;

    // Guarded by this: until when what an address has shown counts; who showed something last is at the end.
    private final Map<String, Instant> owed = new LinkedHashMap<>(16, 0.75f, true) {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > ADDRESSES;
        }
    };

    GuessLimit(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether an address is listened to. */
    synchronized boolean listensTo(String address) {
        Instant until = owed.get(address);
        return until == null || until.isBefore(clock.instant().plus(EACH.multipliedBy(AT_ONCE)));
    }

    /** An address showed credentials that are wrong. */
    synchronized void wrong(String address) {
        Instant now = clock.instant();
        Instant until = owed.getOrDefault(address, now);
        owed.put(address, (until.isBefore(now) ? now : until).plus(EACH));
    }
}
