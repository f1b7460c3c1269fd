package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final int MAX_ENTRIES = 16384;

    private final Map<List<Bytes>, T> values = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Bytes>, T> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** The value of a derivation, computed outside the lock if it is not known. */
    T get(Bytes[] derivation, Supplier<T> compute) {
        List<Bytes> key = List.copyOf(Arrays.asList(derivation));
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
}
