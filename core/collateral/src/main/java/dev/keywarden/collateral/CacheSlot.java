package dev.keywarden.collateral;

import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.VerifiedCollateral;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a cache knows about one request. Changed under its own lock; what is read in passing is immutable. */
final class CacheSlot {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration UNAVAILABLE_REMEMBERED = Duration.ofSeconds(30);
    private static final Duration UNKNOWN_REMEMBERED = Duration.ofMinutes(10);

    /**
     * One set.
     *
     * @param fetchedAt when it came
     * @param refreshAt from when on it is fetched anew
     */
    record Held(VerifiedCollateral verified, Instant fetchedAt, Instant refreshAt) {
        boolean validAt(Instant now) {
            return !now.isBefore(verified.validFrom()) && now.isBefore(verified.validUntil());
        }

        /** Whether a fifth or less of its life is left. */
        boolean nearsItsEnd(Instant now) {
            Duration life = Duration.between(fetchedAt, verified.validUntil());
            return !now.isBefore(verified.validUntil().minus(life.dividedBy(5)));
        }
    }

    /** A failure that is not tried again for a while. */
    private record Failure(CollateralException cause, Instant from, Instant until) {
        boolean holdsAt(Instant now) {
            return !now.isBefore(from) && now.isBefore(until);
        }
    }

    private volatile @Nullable Held held;
    private volatile @Nullable Failure failure;
    private volatile long lastUse;
    private @Nullable CompletableFuture<Held> fetching;
    private @Nullable CollateralAge newestUsed;
    private int failures;
    private Instant pauseUntil = Instant.MIN;
    private boolean diskTried;

    /** The set that is held, valid or not. */
    @Nullable Held held() {
        lastUse = System.nanoTime();
        return held;
    }

    long lastUse() {
        return lastUse;
    }

    /** The failure that a fetch would only repeat. */
    @Nullable CollateralException rememberedFailure(Instant now) {
        Failure known = failure;
        return known != null && known.holdsAt(now) ? known.cause() : null;
    }

    /** True once: for the caller that is to look on disk. */
    synchronized boolean firstToTryTheDisk() {
        boolean first = !diskTried;
        diskTried = true;
        return first;
    }

    synchronized @Nullable CollateralAge newestUsed() {
        return newestUsed;
    }

    /** Whether a refresh is due that nobody has begun. */
    synchronized boolean refreshDue(Instant now) {
        Held current = held;
        return current != null && !now.isBefore(current.refreshAt()) && !now.isBefore(pauseUntil) && fetching == null;
    }

    /**
     * The fetch under way, or a new one.
     *
     * @param start called if there is none
     */
    synchronized CompletableFuture<Held> fetch(Supplier<CompletableFuture<Held>> start) {
        CompletableFuture<Held> current = fetching;
        if (current == null) {
            current = start.get().whenComplete((value, thrown) -> ended());
            fetching = current.isDone() ? null : current;
        }
        return current;
    }

    /** As {@link #fetch}, for a caller that does not wait; a failure is noted by the fetch itself. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void refresh(Supplier<CompletableFuture<Held>> start) {
        fetch(start);
    }

    private synchronized void ended() {
        fetching = null;
    }

    synchronized void succeeded(Held fresh) {
        CollateralAge age = fresh.verified().age();
        CollateralAge before = newestUsed;
        newestUsed = before == null ? age : age.newest(before);
        held = fresh;
        failure = null;
        failures = 0;
        pauseUntil = Instant.MIN;
    }

    synchronized void failed(CollateralException cause, Instant now) {
        Duration remembered =
                cause.code() == DcapCode.COLLATERAL_UNKNOWN_PLATFORM ? UNKNOWN_REMEMBERED : UNAVAILABLE_REMEMBERED;
        failure = new Failure(cause, now, later(now, remembered));
        Duration pause = Duration.ofSeconds(1L << Math.min(failures, 9));
        pauseUntil = later(now, pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        failures++;
    }

    private static Instant later(Instant now, Duration time) {
        return now.isAfter(Instant.MAX.minus(time)) ? Instant.MAX : now.plus(time);
    }
}
