package dev.keywarden.collateral;

import dev.keywarden.collateral.CacheSlot.Held;
import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.VerifiedCollateral;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Collateral at hand, by the rules of the TDX fact sheet, section 4.4: one fetch for all who wait for the same set, fetched
 * anew ahead of its end while the old one serves, failures remembered for a short while, and nothing used beyond its end
 * unless that was configured. Every set was verified before it is given out. Safe for use by many threads.
 *
 * <p>Time is an argument. A fetch goes on when the caller that began it gives up, so that the next finds its fruit.
 */
public final class CollateralCache implements AutoCloseable {
    private final CollateralSource source;
    private final @Nullable CollateralStore store;
    private final CollateralCheck check;
    private final CacheRules rules;
    private final CacheEvents events;
    private final RandomGenerator jitter;
    private final ConcurrentMap<CollateralRequest, CacheSlot> slots = new ConcurrentHashMap<>();
    private final ClockWatch clock = new ClockWatch();
    private final ExecutorService fetches = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * An empty cache.
     *
     * @param store where sets are kept beyond this process, or {@code null} for nowhere
     * @param verifier decides what is genuine
     * @param jitter spreads refreshes, so that nodes do not ask all at once
     */
    public CollateralCache(
            CollateralSource source,
            @Nullable CollateralStore store,
            DcapVerifier verifier,
            CacheRules rules,
            CacheEvents events,
            RandomGenerator jitter) {
        this.source = source;
        this.store = store;
        this.check = new CollateralCheck(verifier);
        this.rules = rules;
        this.events = events;
        this.jitter = jitter;
    }

    /**
     * A set for a request.
     *
     * @param now the time at which it must be valid
     * @throws CollateralException if there is none and none can be had
     */
    public UsableCollateral get(CollateralRequest request, Instant now) {
        if (clock.wentBack(now)) {
            events.clockWentBack(now, clock.latestIssued());
        }
        CacheSlot slot = slot(request);
        Held held = slot.held();
        if (held == null && store != null && slot.firstToTryTheDisk()) {
            held = fromDisk(request, slot, now);
        }
        if (held != null && held.validAt(now)) {
            if (slot.refreshDue(now)) {
                slot.refresh(() -> start(request, slot, now));
            }
            return new UsableCollateral(held.verified(), now, false);
        }
        try {
            return new UsableCollateral(fetched(request, slot, now).verified(), now, false);
        } catch (CollateralException e) {
            Held lapsed = slot.held();
            if (lapsed != null && withinStaleWindow(lapsed, now)) {
                Instant lastMoment = lapsed.verified().validUntil().minusSeconds(1);
                return new UsableCollateral(lapsed.verified(), lastMoment, true);
            }
            throw e;
        }
    }

    /** Number of sets in memory. */
    public int size() {
        return slots.size();
    }

    private CacheSlot slot(CollateralRequest request) {
        CacheSlot known = slots.get(request);
        if (known != null) {
            return known;
        }
        while (slots.size() >= rules.maxSets()) {
            slots.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().lastUse()))
                    .map(Map.Entry::getKey)
                    .ifPresent(slots::remove);
        }
        return slots.computeIfAbsent(request, absent -> new CacheSlot());
    }

    private boolean withinStaleWindow(Held held, Instant now) {
        Instant end = held.verified().validUntil();
        return !now.isBefore(end) && now.isBefore(end.plus(rules.stale()));
    }

    private @Nullable Held fromDisk(CollateralRequest request, CacheSlot slot, Instant now) {
        if (store == null) {
            return null;
        }
        try {
            Collateral kept = store.read(request).orElse(null);
            if (kept == null) {
                return null;
            }
            VerifiedCollateral verified = check.check(kept, request, now, null, store.name());
            // How old it is nobody knows, so it is fetched anew at once, while it serves.
            Held held = new Held(verified, now, now);
            succeeded(slot, held);
            return held;
        } catch (CollateralException e) {
            events.failed(request, e, false);
            return null;
        }
    }

    private Held fetched(CollateralRequest request, CacheSlot slot, Instant now) {
        CollateralException remembered = slot.rememberedFailure(now);
        if (remembered != null) {
            throw remembered;
        }
        try {
            Held fresh = slot.fetch(() -> start(request, slot, now)).get();
            if (fresh.validAt(now)) {
                return fresh;
            }
            // Somebody else's fetch, for another time.
            VerifiedCollateral verified = check.check(fresh.verified().collateral(), request, now, null, source.name());
            return new Held(verified, fresh.fetchedAt(), fresh.refreshAt());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CollateralException own) {
                throw own;
            }
            throw new CollateralException(DcapCode.INTERNAL_ERROR, "a fetch failed with " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CollateralException(
                    DcapCode.COLLATERAL_UNAVAILABLE, "collateral was not waited for any longer", e);
        }
    }

    private void succeeded(CacheSlot slot, Held fresh) {
        slot.succeeded(fresh);
        clock.verified(fresh.verified().age());
    }

    private CompletableFuture<Held> start(CollateralRequest request, CacheSlot slot, Instant now) {
        try {
            return CompletableFuture.supplyAsync(() -> fetch(request, slot, now), fetches);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new CollateralException(DcapCode.COLLATERAL_UNAVAILABLE, "the cache was closed", e));
        }
    }

    private Held fetch(CollateralRequest request, CacheSlot slot, Instant now) {
        try {
            VerifiedCollateral verified = fetchVerified(request, slot, now);
            Held fresh = new Held(verified, now, now.plus(untilRefresh(verified, now)));
            succeeded(slot, fresh);
            keep(request, verified);
            events.fetched(request, verified);
            return fresh;
        } catch (CollateralException e) {
            slot.failed(e, now);
            Held held = slot.held();
            events.failed(request, e, held == null || held.nearsItsEnd(now));
            throw e;
        }
    }

    private VerifiedCollateral fetchVerified(CollateralRequest request, CacheSlot slot, Instant now) {
        Deadline deadline = Deadline.in(rules.fetchTimeout());
        CollateralAge used = rules.guardRollback() ? slot.newestUsed() : null;
        VerifiedCollateral first = fetchOnce(request, now, used, deadline);
        if (first.tcbInfo().evaluationNumber() == first.qeIdentity().evaluationNumber()) {
            return first;
        }
        // Intel was caught in the middle of publishing; a second look often finds both.
        try {
            return fetchOnce(request, now, first.age(), deadline);
        } catch (CollateralException e) {
            return first;
        }
    }

    private VerifiedCollateral fetchOnce(
            CollateralRequest request, Instant now, @Nullable CollateralAge used, Deadline deadline) {
        Collateral collateral =
                source.fetch(request, deadline, candidate -> check.check(candidate, request, now, used, source.name())
                        .age());
        return check.check(collateral, request, now, used, source.name());
    }

    private Duration untilRefresh(VerifiedCollateral verified, Instant now) {
        Duration life = Duration.between(now, verified.validUntil());
        Duration twoThirds = life.multipliedBy(2).dividedBy(3);
        Duration wanted = rules.refresh().compareTo(twoThirds) < 0 ? rules.refresh() : twoThirds;
        return Duration.ofMillis((long) (wanted.toMillis() * jitter.nextDouble(0.9, 1.1)));
    }

    private void keep(CollateralRequest request, VerifiedCollateral verified) {
        if (store == null) {
            return;
        }
        try {
            store.write(request, verified.collateral());
        } catch (IOException e) {
            events.notKept(request, e);
        }
    }

    /** Ends the fetches under way. */
    @Override
    public void close() {
        fetches.shutdownNow();
    }
}
