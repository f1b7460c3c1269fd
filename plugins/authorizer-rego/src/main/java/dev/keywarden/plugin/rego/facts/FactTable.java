package dev.keywarden.plugin.rego.facts;

import dev.keywarden.files.PackedTable;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of a list: keys in a packed table, each with the place of its entry's text. A key of 32 bytes costs 45, its
 * entry its text and two; entries with the same text share it as far as that is cheap to find out.
 */
final class FactTable {
    private final PackedTable places;
    private final List<byte[]> chunks;

    private FactTable(PackedTable places, List<byte[]> chunks) {
        this.places = places;
        this.chunks = chunks;
    }

    /** The entry of a key, as the text of a JSON object, or null. */
    byte @Nullable [] find(byte[] key) {
        Integer place = places.intValueOf(key);
        if (place == null) {
            return null;
        }
        byte[] chunk = chunks.get(place >>> Builder.CHUNK_BITS);
        int at = place & (Builder.CHUNK_BYTES - 1);
        int length = ((chunk[at] & 0xff) << 8) | (chunk[at + 1] & 0xff);
        return Arrays.copyOfRange(chunk, at + 2, at + 2 + length);
    }

    /** How many keys there are. */
    int size() {
        return places.size();
    }

    /** What the arrays take, in bytes. */
    long memoryBytes() {
        return places.memoryBytes()
                + chunks.stream().mapToLong(chunk -> chunk.length).sum();
    }

    /** A key is there twice; the message is its hex. */
    static final class RepeatedKeyException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        RepeatedKeyException(byte[] key) {
            super(java.util.HexFormat.of().formatHex(key));
        }
    }

    /** Collects entries. */
    static final class Builder {
        private static final int CHUNK_BITS = 20;
        private static final int CHUNK_BYTES = 1 << CHUNK_BITS;

        /** Two bytes hold the length. */
        static final int MAX_ENTRY_BYTES = 0xffff;

        /** So many bytes of places can be told apart by a number of 31 bits. */
        private static final int MAX_CHUNKS = 1 << (Integer.SIZE - 1 - CHUNK_BITS);

        private static final int SHARED = 4096;

        private final PackedTable.Builder keys;
        private final byte[] entry;
        private final int width;
        private final List<byte[]> chunks = new ArrayList<>();
        private final Map<ByteBuffer, Integer> shared = new HashMap<>();
        private int filled = CHUNK_BYTES;

        Builder(int width) {
            this.width = width;
            this.keys = new PackedTable.Builder(width, Integer.BYTES);
            this.entry = new byte[width + Integer.BYTES];
        }

        /**
         * Adds an entry.
         *
         * @param key begins with the key
         * @param text a JSON object
         * @return whether there was room
         */
        boolean add(byte[] key, byte[] text) {
            Integer place = shared.get(ByteBuffer.wrap(text));
            if (place == null) {
                if (!makeRoom(2 + text.length)) {
                    return false;
                }
                place = store(text);
                if (shared.size() < SHARED) {
                    shared.put(ByteBuffer.wrap(text), place);
                }
            }
            System.arraycopy(key, 0, entry, 0, width);
            ByteBuffer.wrap(entry).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(width, place);
            keys.add(entry);
            return true;
        }

        private boolean makeRoom(int bytes) {
            if (filled + bytes > CHUNK_BYTES) {
                if (chunks.size() == MAX_CHUNKS) {
                    return false;
                }
                trimLast();
                chunks.add(new byte[CHUNK_BYTES]);
                filled = 0;
            }
            return true;
        }

        private int store(byte[] text) {
            byte[] chunk = chunks.getLast();
            int place = ((chunks.size() - 1) << CHUNK_BITS) | filled;
            chunk[filled] = (byte) (text.length >>> 8);
            chunk[filled + 1] = (byte) text.length;
            System.arraycopy(text, 0, chunk, filled + 2, text.length);
            filled += 2 + text.length;
            return place;
        }

        private void trimLast() {
            if (!chunks.isEmpty()) {
                chunks.set(chunks.size() - 1, Arrays.copyOf(chunks.getLast(), filled));
            }
        }

        /** @throws RepeatedKeyException if a key was added twice */
        FactTable build() {
            trimLast();
            shared.clear();
            return new FactTable(
                    keys.build(key -> {
                        throw new RepeatedKeyException(key);
                    }),
                    List.copyOf(chunks));
        }
    }
}
