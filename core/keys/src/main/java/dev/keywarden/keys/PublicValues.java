package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Public values that follow from a derivation, kept because computing one costs more than everything else in a request:
 * public points of child keys, public keys, deterministic signatures.
 *
 * <p>None of them is secret: a public point does not give away its scalar, which is derived anew each time and wiped. The
 * number kept is bounded, the least recently used going first.
 *
 * @param <T> the kind of value
 */
final class PublicValues<T> {
    static final int MAX_ENTRIES = 16_384;

    private final Map<Derivation, T> values = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Derivation, T> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** The value of a derivation, computed outside the lock if it is not known. */
    T get(Bytes derivation, Supplier<T> compute) {
        Derivation key = new Derivation(derivation.toArray());
        synchronized (values) {
            T known = values.get(key);
            if (known != null) {
                return known;
            }
        }
        T computed = compute.get();
        synchronized (values) {
            values.put(key, computed);
        }
        return computed;
    }

    /** How many are known. */
    int size() {
        synchronized (values) {
            return values.size();
        }
    }

    /**
     * What a value follows from. Strangers choose these bytes and can make hashes collide; because they have an order, the map
     * then still finds one in logarithmic time.
     */
    private static final class Derivation implements Comparable<Derivation> {
        private final byte[] info;

        Derivation(byte[] info) {
            this.info = info;
        }

        @Override
        public int compareTo(Derivation other) {
            return Arrays.compare(info, other.info);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Derivation that && Arrays.equals(info, that.info);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(info);
        }
    }
}
