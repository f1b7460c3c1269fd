package dev.keywarden.host;

import dev.keywarden.spi.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose signatures count.
 *
 * @param keys the keys
 * @param threshold how many different keys must have signed, 1 or more
 * @param revoked ids of keys and SHA-256 of archives that must not count any more, lower-case hex
 * @param olderAllowed ids of plugins that may go back to a version below the highest that this node ran
 */
public record SignaturePolicy(List<Key> keys, int threshold, Set<String> revoked, Set<String> olderAllowed) {
    /** Nobody's: what a node has that does not go by signatures. */
    public static final SignaturePolicy NONE = new SignaturePolicy(List.of(), 1, Set.of(), Set.of());

    /**
     * A key.
     *
     * @param name by which the configuration calls it
     * @param raw 32 bytes
     * @param expires from when on nothing that it signed counts, or {@code null} for never
     */
    public record Key(String name, Bytes raw, @Nullable Instant expires) {
        public Key {
            if (raw.length() != Ed25519.PUBLIC_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "a public key has " + Ed25519.PUBLIC_KEY_BYTES + " bytes, not " + raw.length());
            }
        }

        /** {@link Ed25519#id}. */
        public String id() {
            return Ed25519.id(raw);
        }
    }

    public SignaturePolicy {
        keys = List.copyOf(keys);
        revoked = revoked.stream().map(id -> id.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        olderAllowed = Set.copyOf(olderAllowed);
    }

    /** The same for plugins that this node ran before: their versions may be old. */
    SignaturePolicy withOlderAllowed(Set<String> ids) {
        return new SignaturePolicy(keys, threshold, revoked, ids);
    }
}
