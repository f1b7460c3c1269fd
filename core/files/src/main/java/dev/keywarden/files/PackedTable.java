package dev.keywarden.files;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash table whose keys have one width, packed into one array: a hash of 32 bytes costs 40, where a set of
 * strings needs 200.
 *
 * <p>Open addressing with linear probing, four fifths full (Knuth, The Art of Computer Programming, volume 3, section 6.4:
 * 3 probes for a key that is there, 13 for one that is not, side by side in memory). Keys are compared byte for byte. An
 * entry is a key followed by a value of a fixed width, which may be none.
 */
public final class PackedTable {
    private static final int FILL_NUMERATOR = 4;
    private static final int FILL_DENOMINATOR = 5;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int keyBytes;
    private final int entryBytes;
    private final int slots;
    private final byte[] entries;
    private final long[] taken;
    private int size;

    private PackedTable(int keyBytes, int entryBytes, int capacity) {
        this.keyBytes = keyBytes;
        this.entryBytes = entryBytes;
        this.slots = Math.toIntExact((long) capacity * FILL_DENOMINATOR / FILL_NUMERATOR + 1);
        this.entries = new byte[Math.multiplyExact(slots, entryBytes)];
        this.taken = new long[(slots + Long.SIZE - 1) / Long.SIZE];
    }

    /** How many different keys there are. */
    public int size() {
        return size;
    }

    /** Whether a key is there; one of another width is not. */
    public boolean contains(byte[] key) {
        return key.length == keyBytes && isTaken(slotOf(key, 0));
    }

    /**
     * The value of a key.
     *
     * @return the four bytes after the key, little-endian
     */
    public @Nullable Integer intValueOf(byte[] key) {
        if (key.length != keyBytes) {
            return null;
        }
        int slot = slotOf(key, 0);
        return isTaken(slot) ? (int) INT.get(entries, slot * entryBytes + keyBytes) : null;
    }

    /** What the arrays take, in bytes. */
    public long memoryBytes() {
        return entries.length + (long) taken.length * Long.BYTES;
    }

    /** The slot that a key is in, or the free one where it would be. */
    private int slotOf(byte[] source, int offset) {
        int slot = (int) (((hash(source, offset) >>> 32) * slots) >>> 32);
        while (isTaken(slot)
                && !Arrays.equals(
                        entries, slot * entryBytes, slot * entryBytes + keyBytes, source, offset, offset + keyBytes)) {
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
        return slot;
    }

    private boolean isTaken(int slot) {
        return (taken[slot / Long.SIZE] & (1L << slot)) != 0;
    }

    /** Mixes a key, eight bytes at a time, so that keys which differ little lie far apart (widths are multiples of four). */
    private long hash(byte[] source, int offset) {
        long hash = keyBytes;
        int at = offset;
        int end = offset + keyBytes;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONG.get(source, at));
        }
        return at < end ? mix(hash ^ (int) INT.get(source, at)) : hash;
    }

    /** The finalizer of MurmurHash3 (public domain): each bit of the input changes half of those of the output. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    private boolean insert(byte[] source, int offset) {
        int slot = slotOf(source, offset);
        if (isTaken(slot)) {
            return false;
        }
        System.arraycopy(source, offset, entries, slot * entryBytes, entryBytes);
        taken[slot / Long.SIZE] |= 1L << slot;
        size++;
        return true;
    }

    /** Collects entries of which there may be any number; what it held is given free as the table fills. */
    public static final class Builder {
        private static final int FIRST_CHUNK_ENTRIES = 16;
        private static final int LARGEST_CHUNK_ENTRIES = 16_384;

        private final int keyBytes;
        private final int entryBytes;
        private final Deque<byte[]> chunks = new ArrayDeque<>();
        private byte[] chunk;
        private int filled;
        private int count;

        /**
         * Begins.
         *
         * @param keyBytes a multiple of four
         * @param valueBytes zero or four
         */
        public Builder(int keyBytes, int valueBytes) {
            this.keyBytes = keyBytes;
            this.entryBytes = keyBytes + valueBytes;
            this.chunk = new byte[FIRST_CHUNK_ENTRIES * entryBytes];
        }

        /** Takes the first bytes of an array as an entry. */
        public void add(byte[] entry) {
            if (filled == chunk.length) {
                chunks.add(chunk);
                int entries = Math.min(2 * (filled / entryBytes), LARGEST_CHUNK_ENTRIES);
                chunk = new byte[entries * entryBytes];
                filled = 0;
            }
            System.arraycopy(entry, 0, chunk, filled, entryBytes);
            filled += entryBytes;
            count++;
        }

        /** How many entries were added, equal ones counted each. */
        public int count() {
            return count;
        }

        /**
         * Makes the table; of equal keys the first stays. The builder is used up.
         *
         * @param repeated gets a key that was added twice, if there is one
         */
        public PackedTable build(RepeatedKey repeated) {
            PackedTable table = new PackedTable(keyBytes, entryBytes, count);
            chunks.add(Arrays.copyOf(chunk, filled));
            chunk = new byte[0];
            for (byte[] full = chunks.poll(); full != null; full = chunks.poll()) {
                for (int at = 0; at < full.length; at += entryBytes) {
                    if (!table.insert(full, at)) {
                        repeated.accept(Arrays.copyOfRange(full, at, at + keyBytes));
                    }
                }
            }
            return table;
        }
    }

    /** Told of keys that occur more than once. */
    public interface RepeatedKey {
        /** A key that was there already. */
        void accept(byte[] key);
    }
}
