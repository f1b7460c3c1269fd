package dev.keywarden.dcap;

import java.security.PublicKey;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Remembers which PCK chains and which bindings of an attestation key to its quoting enclave were verified, so that a
 * quote never seen before costs one signature on a platform that was (TDX fact sheet, section 8.3).
 *
 * <p>Only successes are kept, each under a SHA-256 over everything that was signed or signs, the trust anchor included;
 * one cache may therefore serve verifiers with different anchors. Nothing depends on when an entry was made: validity
 * windows are checked at every use. Revocation is never remembered. When full, the oldest entry goes. Safe for use by many
 * threads; those that ask for the same new entry at once wait for one of them to verify it.
 */
public final class VerificationCache {
    /** How many chains are kept by default; one takes about 6 KiB. */
    public static final int DEFAULT_CHAINS = 4096;

    /** How many bindings are kept by default; one takes less than 1 KiB. */
    public static final int DEFAULT_QE_BINDINGS = 8192;

    /** How many sets of collateral are kept by default; one takes about 50 KiB, and more if its CRLs are long. */
    public static final int DEFAULT_COLLATERALS = 64;

    /** Three issuers, two lists, two objects, and the PCK CA. */
    private static final int PARTS_PER_COLLATERAL = 8;

    private final Bounded<VerifiedChain> chains;
    private final Bounded<PublicKey> attestationKeys;
    private final Bounded<Object> parts;
    private final Bounded<VerifiedCollateral> collaterals;

    /** A cache of the default size. */
    public VerificationCache() {
        this(DEFAULT_CHAINS, DEFAULT_QE_BINDINGS, DEFAULT_COLLATERALS);
    }

    /** A cache that keeps nothing, for those who want every verification to be made anew. */
    public static VerificationCache none() {
        return new VerificationCache(0, 0, 0);
    }

    /**
     * A cache of another size.
     *
     * @param maxChains how many PCK chains to keep; 0 for none
     * @param maxQeBindings how many bindings of attestation keys to keep; 0 for none
     * @param maxCollaterals how many sets of collateral to keep, with their parts, which they may
     *     share; 0 for none
     */
    public VerificationCache(int maxChains, int maxQeBindings, int maxCollaterals) {
        if (maxChains < 0 || maxQeBindings < 0 || maxCollaterals < 0) {
            throw new IllegalArgumentException("a cache can't have fewer than no entries");
        }
        this.chains = new Bounded<>(maxChains);
        this.attestationKeys = new Bounded<>(maxQeBindings);
        this.parts = new Bounded<>(PARTS_PER_COLLATERAL * maxCollaterals);
        this.collaterals = new Bounded<>(maxCollaterals);
    }

    /** A part of collateral or an authority under the root, which different quotes and collateral have in common. */
    <T> T part(Class<T> type, ByteView key, Supplier<T> verification) {
        return type.cast(parts.get(key, verification::get));
    }

    VerifiedCollateral collateral(ByteView key, Supplier<VerifiedCollateral> verification) {
        return collaterals.get(key, verification);
    }

    VerifiedChain chain(ByteView key, Supplier<VerifiedChain> verification) {
        return chains.get(key, verification);
    }

    PublicKey attestationKey(ByteView key, Supplier<PublicKey> verification) {
        return attestationKeys.get(key, verification);
    }

    /** Number of PCK chains kept now. */
    public int chainCount() {
        return chains.size();
    }

    /** Number of sets of collateral kept now. */
    public int collateralCount() {
        return collaterals.size();
    }

    /** Number of bindings kept now. */
    public int qeBindingCount() {
        return attestationKeys.size();
    }

    private static final class Bounded<V> {
        private final int max;
        private final ConcurrentMap<ByteView, V> entries = new ConcurrentHashMap<>();
        private final Queue<ByteView> oldestFirst = new ConcurrentLinkedQueue<>();

        Bounded(int max) {
            this.max = max;
        }

        V get(ByteView key, Supplier<V> verification) {
            if (max == 0) {
                return verification.get();
            }
            V known = entries.get(key);
            if (known != null) {
                return known;
            }
            V value = entries.computeIfAbsent(key, absent -> {
                V verified = verification.get();
                oldestFirst.add(absent);
                return verified;
            });
            while (entries.size() > max) {
                ByteView oldest = oldestFirst.poll();
                if (oldest == null) {
                    break;
                }
                entries.remove(oldest);
            }
            return value;
        }

        int size() {
            return entries.size();
        }
    }
}
