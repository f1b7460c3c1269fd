package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.Block;
import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Picks the one block that a decision is made at: the highest that enough providers have. */
final class Heads {
    private final List<HeadWatch> watches;
    private final OnchainSettings settings;
    private final InstantSource clock;
    /** How long enough heads wait for the rest, so that the slower half of the honest has its say about the block. */
    private static final Duration GRACE = Duration.ofMillis(250);

    /** No decision is ever made at an older block than an earlier one was: what was revoked must stay so. */
    private final AtomicLong floor = new AtomicLong(-1);

    Heads(List<HeadWatch> watches, OnchainSettings settings, InstantSource clock) {
        this.watches = List.copyOf(watches);
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The block, and who can be asked about it.
     *
     * @param block the block
     * @param askable the providers that have it, are past it, or did not say yet
     * @param others why the rest can't be asked, by name
     */
    record Chosen(Block block, List<Provider> askable, Map<String, ProviderFault> others) {}

    List<HeadWatch> watches() {
        return watches;
    }

    /**
     * Picks from readings that began at a time or later.
     *
     * @param since by {@link System#nanoTime()}
     * @param deadline until when to wait for readings, likewise
     * @throws Undecided if there is no such block, or it is too old
     */
    Chosen choose(long since, long deadline) throws Undecided, InterruptedException {
        LinkedBlockingQueue<HeadWatch.Sighting> arriving = new LinkedBlockingQueue<>();
        for (HeadWatch watch : watches) {
            // The queue is all that waits for it.
            var unused = watch.since(since).thenAccept(arriving::add);
        }
        List<HeadWatch.Sighting> sightings = new ArrayList<>();
        arriving.drainTo(sightings);
        Chosen chosen = select(sightings);
        long grace = System.nanoTime() + GRACE.toNanos();
        while (sightings.size() < watches.size() && (chosen == null || anyPrompt(sightings))) {
            long until = chosen == null ? deadline : Math.min(deadline, grace);
            HeadWatch.Sighting next = arriving.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            sightings.add(next);
            chosen = select(sightings);
        }
        if (chosen == null) {
            throw none(sightings);
        }
        return recent(chosen);
    }

    /** Whether a head is missing that will be there in no time, unlike that of a provider that hangs. */
    private boolean anyPrompt(List<HeadWatch.Sighting> sightings) {
        return watches.stream()
                .anyMatch(watch -> watch.prompt(GRACE)
                        && sightings.stream().noneMatch(sighting -> sighting.provider() == watch.provider()));
    }

    private @Nullable Chosen select(List<HeadWatch.Sighting> sightings) {
        List<Block> candidates = sightings.stream()
                .map(HeadWatch.Sighting::block)
                .filter(block -> block != null)
                .sorted(Comparator.comparingLong(Block::number).reversed())
                .toList();
        for (Block candidate : candidates) {
            long knowing = sightings.stream()
                    .filter(sighting -> has(sighting.block(), candidate))
                    .count();
            if (knowing >= settings.quorum()) {
                return chosen(candidate, sightings);
            }
        }
        return null;
    }

    private static boolean has(@Nullable Block head, Block candidate) {
        return head != null && (head.number() > candidate.number() || head.equals(candidate));
    }

    /** Whoever did not say yet is asked too: it answers for the block or it does not, and nobody waits for it. */
    private Chosen chosen(Block block, List<HeadWatch.Sighting> sightings) {
        Map<String, ProviderFault> others = new TreeMap<>();
        for (HeadWatch watch : watches) {
            HeadWatch.Sighting last = watch.last();
            if (last != null && last.fault() != null) {
                others.put(watch.provider().name(), last.fault());
            }
        }
        for (HeadWatch.Sighting sighting : sightings) {
            if (has(sighting.block(), block)) {
                others.remove(sighting.provider().name());
            } else {
                others.put(sighting.provider().name(), reason(sighting));
            }
        }
        List<Provider> askable = watches.stream()
                .map(HeadWatch::provider)
                .filter(provider -> !others.containsKey(provider.name()))
                .toList();
        return new Chosen(block, askable, Map.copyOf(others));
    }

    private static ProviderFault slow() {
        return new ProviderFault(ProviderFault.Kind.TIMEOUT, "has not said yet what its head is");
    }

    private ProviderFault reason(HeadWatch.Sighting sighting) {
        Block head = sighting.block();
        ProviderFault fault = sighting.fault();
        if (fault != null) {
            return fault;
        }
        return new ProviderFault(ProviderFault.Kind.UNKNOWN_BLOCK, "has " + head + " as " + settings.tag());
    }

    private Undecided none(List<HeadWatch.Sighting> sightings) {
        Map<String, ProviderFault> faults = new TreeMap<>();
        Map<String, String> said = new TreeMap<>();
        watches.forEach(watch -> faults.put(watch.provider().name(), slow()));
        for (HeadWatch.Sighting sighting : sightings) {
            String name = sighting.provider().name();
            if (sighting.block() != null) {
                faults.remove(name);
                said.put(name, reason(sighting).getMessage());
            } else {
                faults.put(name, reason(sighting));
            }
        }
        if (said.size() < settings.quorum()) {
            return Undecided.tooFew(settings.quorum(), faults);
        }
        faults.forEach((name, fault) -> said.put(name, fault.getMessage()));
        return Undecided.disagreement(settings.quorum(), said);
    }

    private Chosen recent(Chosen chosen) throws Undecided {
        Block block = chosen.block();
        Instant now = clock.instant();
        if (block.time().plus(settings.oldestBlock()).isBefore(now)) {
            throw Undecided.because(
                    Undecided.STALE,
                    "chain reads are stale: " + settings.tag() + " is block " + block.number() + " of " + block.time()
                            + ", "
                            + Duration.between(block.time(), now).toSeconds() + " s ago, and max_block_age is "
                            + settings.oldestBlock().toSeconds() + " s");
        }
        if (block.number() < floor.get()) {
            throw Undecided.because(
                    ProviderFault.Kind.HEAD_WENT_BACK.code(),
                    "enough providers have only block " + block.number() + ", but block " + floor.get()
                            + " was decided at before");
        }
        return chosen;
    }

    /** A decision is made at this block: none will be at an older one. */
    void decidedAt(Block block) {
        floor.accumulateAndGet(block.number(), Math::max);
    }
}
