package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.Block;
import dev.keywarden.plugin.onchain.rpc.Hex;
import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.plugin.onchain.rpc.RpcCall;
import dev.keywarden.plugin.onchain.rpc.RpcReply;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one provider says its head is, and whether that can be.
 *
 * <p>Every reading asks for the chain's id in the same round trip, so no head is ever taken from another chain, whatever the
 * name of the provider leads to since the last connection.
 */
final class HeadWatch {
    private final Provider provider;
    private final OnchainSettings settings;
    private final InstantSource clock;
    private final AtomicReference<@Nullable CompletableFuture<Sighting>> underWay = new AtomicReference<>();
    private volatile @Nullable Sighting last;
    private volatile long highest = -1;
    private volatile long readingSince = System.nanoTime();

    HeadWatch(Provider provider, OnchainSettings settings, InstantSource clock) {
        this.provider = provider;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * One reading.
     *
     * @param provider who was asked
     * @param askedAt when, by {@link System#nanoTime()}
     * @param block its head, or {@code null}
     * @param fault why there is none, or {@code null}
     */
    record Sighting(
            Provider provider,
            long askedAt,
            @Nullable Block block,
            @Nullable ProviderFault fault) {}

    Provider provider() {
        return provider;
    }

    /** The last reading, or {@code null} before the first. */
    @Nullable Sighting last() {
        return last;
    }

    /** Whether the reading under way can be expected soon: it is young, and the provider answered the last time. */
    boolean prompt(Duration young) {
        Sighting known = last;
        return (known == null || known.fault() == null) && System.nanoTime() - readingSince < young.toNanos();
    }

    /** A reading that began at the given time or later; one that is under way serves all who may use it. */
    CompletableFuture<Sighting> since(long nanoTime) {
        Sighting known = last;
        if (known != null && known.askedAt() - nanoTime >= 0) {
            return CompletableFuture.completedFuture(known);
        }
        return read().thenCompose(sighting ->
                sighting.askedAt() - nanoTime >= 0 ? CompletableFuture.completedFuture(sighting) : read());
    }

    /** Asks, unless that is under way. */
    CompletableFuture<Sighting> read() {
        CompletableFuture<Sighting> mine = new CompletableFuture<>();
        CompletableFuture<Sighting> running = underWay.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        readingSince = System.nanoTime();
        Thread.ofVirtual().name("onchain-head-" + provider.name()).start(() -> {
            Sighting sighting = sight();
            last = sighting;
            underWay.set(null);
            mine.complete(sighting);
        });
        return mine;
    }

    private Sighting sight() {
        long askedAt = System.nanoTime();
        try {
            return new Sighting(provider, askedAt, head(), null);
        } catch (ProviderFault e) {
            return new Sighting(provider, askedAt, null, e);
        } catch (RuntimeException e) {
            return new Sighting(
                    provider,
                    askedAt,
                    null,
                    new ProviderFault(ProviderFault.Kind.MALFORMED, "answered what broke the plugin: " + e));
        }
    }

    private Block head() throws ProviderFault {
        BlockTag tag = settings.tag();
        List<RpcReply> replies = provider.ask(List.of(
                RpcCall.chainId(), tag.behind() == 0 ? RpcCall.blockByNumber(tag.name()) : RpcCall.blockNumber()));
        long chain = Hex.number("the chain id", replies.get(0).require().asString(""));
        if (chain != settings.chainId()) {
            throw new ProviderFault(
                    ProviderFault.Kind.WRONG_CHAIN, "is on chain " + chain + ", not on " + settings.chainId());
        }
        Block block = tag.behind() == 0
                ? Block.of(replies.get(1).require())
                : before(Hex.number("the block number", replies.get(1).require().asString("")), tag.behind());
        return credible(block);
    }

    private Block before(long newest, long behind) throws ProviderFault {
        long number = Math.max(0, newest - behind);
        Block block =
                Block.of(provider.ask(RpcCall.blockByNumber(Hex.of(number))).require());
        if (block.number() != number) {
            throw new ProviderFault(
                    ProviderFault.Kind.WRONG_BLOCK, "was asked for block " + number + " and sent " + block.number());
        }
        return block;
    }

    private Block credible(Block block) throws ProviderFault {
        if (block.time().isAfter(clock.instant().plus(settings.clockSkew()))) {
            throw new ProviderFault(
                    ProviderFault.Kind.BLOCK_IN_FUTURE,
                    "sent block " + block.number() + " of " + block.time()
                            + ", which has not come yet (max_clock_skew)");
        }
        if (block.number() < highest) {
            throw new ProviderFault(
                    ProviderFault.Kind.HEAD_WENT_BACK, "went back from block " + highest + " to " + block.number());
        }
        highest = block.number();
        return block;
    }
}
