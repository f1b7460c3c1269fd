package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.plugin.onchain.rpc.Block;
import dev.keywarden.spi.Decision;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * What was read at one block. It is the only memory there is: keyed by the block's hash, thrown away with it, and holding
 * nothing but what enough providers agreed on. Whoever asks what is being read already waits for that reading.
 */
final class BlockReadings {
    /** Beyond this many subjects in one block each decision reads for itself. */
    private static final int MOST_REMEMBERED = 10_000;

    private final Block block;
    private final ConcurrentMap<Object, CompletableFuture<?>> readings = new ConcurrentHashMap<>();

    BlockReadings(Block block) {
        this.block = block;
    }

    Block block() {
        return block;
    }

    /** What the contract is at this block. */
    CompletableFuture<ContractFacts> facts(Callable<ContractFacts> read) {
        return once(ContractFacts.class, read, ignored -> {});
    }

    /**
     * The answer to a question at this block.
     *
     * @param read reads it from the chain, on a thread of its own
     * @param reused told if that is under way or done already
     */
    CompletableFuture<Decision> answer(Question question, Callable<Decision> read, Runnable reused) {
        return once(question, read, ignored -> reused.run());
    }

    @SuppressWarnings("unchecked") // a question's reading is a decision, and that of the one class is the facts
    private <T> CompletableFuture<T> once(Object key, Callable<T> read, Consumer<Object> known) {
        CompletableFuture<T> mine = new CompletableFuture<>();
        if (readings.size() < MOST_REMEMBERED) {
            CompletableFuture<?> earlier = readings.putIfAbsent(key, mine);
            if (earlier != null) {
                known.accept(key);
                return (CompletableFuture<T>) earlier;
            }
        }
        Thread.ofVirtual().name("onchain-reading").start(() -> perform(key, read, mine));
        return mine;
    }

    /** A failure is forgotten before anybody hears of it, so that the next question reads again. */
    private <T> void perform(Object key, Callable<T> read, CompletableFuture<T> reading) {
        try {
            reading.complete(read.call());
        } catch (Exception | StackOverflowError e) {
            boolean unused = readings.remove(key, reading);
            reading.completeExceptionally(e);
        }
    }
}
