package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.CallResult;
import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.plugin.onchain.rpc.Block;
import dev.keywarden.plugin.onchain.rpc.Hex;
import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.RpcCall;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the contracts at one block through several providers. */
final class ChainReader implements AutoCloseable {
    private static final Duration LEEWAY = Duration.ofMillis(200);

    private final OnchainSettings settings;
    private final List<Provider> providers;
    private final Telemetry telemetry;
    private final Heads heads;
    private final Panel panel;
    private final AtomicReference<@Nullable BlockReadings> current = new AtomicReference<>();
    private volatile boolean sawCode;

    ChainReader(OnchainSettings settings, InstantSource clock, Telemetry telemetry) {
        this.settings = settings;
        this.telemetry = telemetry;
        this.providers = settings.openProviders();
        this.heads = new Heads(
                providers.stream()
                        .map(provider -> new HeadWatch(provider, settings, clock))
                        .toList(),
                settings,
                clock);
        this.panel = new Panel(telemetry, settings.quorum(), providers.size());
    }

    Heads heads() {
        return heads;
    }

    OnchainSettings settings() {
        return settings;
    }

    /** What a decision is made at, and how long it may take. */
    record Session(Heads.Chosen chosen, BlockReadings readings, long deadline) {
        Block block() {
            return chosen.block();
        }
    }

    /**
     * Picks the block.
     *
     * @param freshest whether to read the heads now, however new the last reading is
     * @param deadline by {@link System#nanoTime()}
     */
    Session open(boolean freshest, long deadline) throws Undecided, InterruptedException {
        long now = System.nanoTime();
        long since = freshest ? now : now - 2 * settings.polling().toNanos();
        return session(heads.choose(since, deadline), deadline);
    }

    Session session(Heads.Chosen chosen, long deadline) {
        BlockReadings known = current.get();
        if (known == null || !known.block().equals(chosen.block())) {
            BlockReadings fresh = new BlockReadings(chosen.block());
            known = current.compareAndSet(known, fresh) ? fresh : known;
            if (known == null || !known.block().equals(chosen.block())) {
                // Another one was faster, with another block; both are right, and this one is remembered by nobody.
                known = fresh;
            }
        }
        return new Session(chosen, known, deadline);
    }

    /**
     * A block of the past, as enough providers have it; nothing is remembered of it.
     *
     * @param number its height
     */
    Session past(long number, long deadline) throws Undecided, InterruptedException {
        Block block = panel.ask(
                        providers,
                        Map.of(),
                        deadline,
                        provider -> Block.of(provider.ask(RpcCall.blockByNumber(Hex.of(number)))
                                .require()),
                        sent -> "has " + sent)
                .answer();
        return new Session(new Heads.Chosen(block, providers, Map.of()), new BlockReadings(block), deadline);
    }

    /** What the contract is, read at most once for each block. */
    CompletableFuture<ContractFacts> facts(Session session) {
        return session.readings().facts(() -> ask(
                        session,
                        provider ->
                                ContractFacts.of(provider, settings.contract(), session.block(), settings.gasLimit()),
                        ContractFacts::words)
                .answer());
    }

    /** The decision about a machine, read at most once for each block. */
    CompletableFuture<Decision> decide(Session session, Question question) {
        return session.readings()
                .answer(
                        question,
                        () -> {
                            CompletableFuture<ContractFacts> facts = facts(session);
                            Panel.Agreement<CallResult> result =
                                    call(session, settings.contract(), question.calldata());
                            ContractFacts known = await(facts, session.deadline());
                            sawCode |= known.codeHash() != null;
                            return new Finding(this, session, question, known, result).decision();
                        },
                        telemetry::reused);
    }

    /** Whether there ever was code at the contract's address since the start. */
    boolean sawCode() {
        return sawCode;
    }

    /** Executes a function at the session's block. */
    Panel.Agreement<CallResult> call(Session session, Address to, String data) throws Undecided, InterruptedException {
        RpcCall call =
                RpcCall.call(to, data, settings.gasLimit(), session.block().hash());
        return ask(session, provider -> CallResult.of(provider.ask(call)), CallResult::words);
    }

    /** Whether an address has code at the session's block. */
    boolean hasCode(Session session, Address address) throws Undecided, InterruptedException {
        RpcCall call = RpcCall.code(address, session.block().hash());
        return !ask(
                        session,
                        provider -> provider.ask(call).requireBytes(),
                        code -> "has code of " + code.length() + " bytes there")
                .answer()
                .equals(Bytes.EMPTY);
    }

    /**
     * Asks whoever can answer for the session's block.
     *
     * @param words how an answer is put into words
     */
    <T> Panel.Agreement<T> ask(Session session, Panel.Asking<T> asking, Function<T, String> words)
            throws Undecided, InterruptedException {
        return panel.ask(session.chosen().askable(), session.chosen().others(), session.deadline(), asking, words);
    }

    /**
     * Waits for a reading that others may wait for too; giving up does not end it.
     *
     * @throws Undecided the reading's own, or that time is up
     */
    <T> T await(CompletableFuture<T> reading, long deadline) throws Undecided, InterruptedException {
        try {
            // Longer than the reading itself may take, because it knows better why it came to nothing.
            long left = deadline + LEEWAY.toNanos() - System.nanoTime();
            return reading.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Undecided.because(
                    "onchain.timeout",
                    "the chain was not read within " + settings.timeLimit().toMillis() + " ms (timeout)");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Undecided undecided) {
                throw undecided;
            }
            throw new IllegalStateException("a reading failed", e.getCause());
        }
    }

    @Override
    public void close() {
        providers.forEach(Provider::close);
    }
}
