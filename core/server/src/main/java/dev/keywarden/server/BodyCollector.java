package dev.keywarden.server;

import dev.keywarden.rpc.PrpcRequest.Body;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects one request body. Memory grows with what has arrived and not with what was announced; what goes beyond {@link
 * #FREE_BYTES} comes out of the budget that all connections share.
 */
final class BodyCollector {
    private static final int FREE_BYTES = 4 * 1024;
    private static final byte[] NOTHING = {};

    private final int limitBytes;
    private final int growthBytes;
    private final BodyBudget budget;
    private byte[] bytes = NOTHING;
    private int length;
    private long reserved;

    /**
     * A collector of nothing so far.
     *
     * @param announcedBytes what the client says it will send, 0 if it says nothing; only bounds how memory grows
     */
    BodyCollector(int limitBytes, long announcedBytes, BodyBudget budget) {
        this.limitBytes = limitBytes;
        this.growthBytes = announcedBytes > 0 ? (int) Math.min(limitBytes, announcedBytes) : limitBytes;
        this.budget = budget;
    }

    /** What came of an attempt to add bytes. */
    enum Outcome {
        ADDED,
        TOO_LARGE,
        NO_MEMORY
    }

    /** Adds what is readable, or drops everything if there is no room for it. */
    Outcome add(ByteBuf content) {
        int more = content.readableBytes();
        if (more > limitBytes - length) {
            drop();
            return Outcome.TOO_LARGE;
        }
        if (!makeRoom(more)) {
            drop();
            return Outcome.NO_MEMORY;
        }
        content.readBytes(bytes, length, more);
        length += more;
        return Outcome.ADDED;
    }

    /** Everything that was added. */
    Body complete() {
        return new Body.Complete(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    }

    /** Gives the memory back; for the second and every further time without effect. */
    void drop() {
        bytes = NOTHING;
        length = 0;
        budget.release(reserved);
        reserved = 0;
    }

    private boolean makeRoom(int more) {
        int needed = length + more;
        if (needed <= bytes.length) {
            return true;
        }
        int capacity = Math.max(needed, (int) Math.min(growthBytes, 2L * bytes.length));
        long toReserve = Math.max(0, (long) capacity - FREE_BYTES) - reserved;
        if (toReserve > 0) {
            if (!budget.reserve(toReserve)) {
                return false;
            }
            reserved += toReserve;
        }
        bytes = Arrays.copyOf(bytes, capacity);
        return true;
    }
}
