package dev.keywarden.plugin.onchain.rpc;

import dev.keywarden.spi.Bytes;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * Which block.
 *
 * @param number its height
 * @param hash its hash, {@code 0x} and 64 digits in lower case
 * @param timestamp its time, seconds since the epoch
 */
public record Block(long number, String hash, long timestamp) {
    private static final int HASH_BYTES = 32;
    /** Any later second is no {@link Instant}; no chain will live to see it. */
    private static final long LAST_SECOND = Instant.MAX.getEpochSecond();

    /**
     * Reads a header.
     *
     * @throws ProviderFault if it lacks a field, or a field has another form
     */
    public static Block of(JsonNode header) throws ProviderFault {
        Bytes hash = Hex.bytes(header, "hash", HASH_BYTES);
        long timestamp = Hex.number(header, "timestamp");
        if (timestamp > LAST_SECOND) {
            throw new ProviderFault(ProviderFault.Kind.BLOCK_IN_FUTURE, "sent a block of the second " + timestamp);
        }
        return new Block(Hex.number(header, "number"), Hex.of(hash), timestamp);
    }

    /** Its time. */
    public Instant time() {
        return Instant.ofEpochSecond(timestamp);
    }

    /** For people. */
    @Override
    public String toString() {
        return "block " + number + " (" + hash + ")";
    }
}
