package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderLimits;
import dev.keywarden.spi.Bytes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code [core.authorization.onchain]} as configured.
 *
 * @param kmsContract the contract that is asked, {@code 0x} and 40 hex digits
 * @param providers http or https URLs of JSON-RPC nodes
 * @param chainId the id of the chain they must be on
 * @param agree how many providers must give the same answer; more than half by default
 * @param block which block to decide at; {@code finalized} by default
 * @param maxBlockAge from which age of that block nothing is allowed any more
 * @param maxClockSkew how far in the future a block's time may be; 30 s by default
 * @param pollInterval how often heads are read; 1 s by default, 0 reads them within each decision
 * @param timeout for a whole decision; 4 s by default
 * @param gas limit for the execution of a question; 16,000,000 by default
 * @param maxAnswerBytes longest answer that is read; 4 MiB by default
 * @param codeHash Keccak-256 of the code that must be at the contract's address
 * @param implementation address that the contract, a proxy, must point to
 */
record OnchainSettings(
        String kmsContract,
        List<String> providers,
        long chainId,
        @Nullable Integer agree,
        @Nullable String block,
        @Nullable Duration maxBlockAge,
        @Nullable Duration maxClockSkew,
        @Nullable Duration pollInterval,
        @Nullable Duration timeout,
        @Nullable Long gas,
        @Nullable Integer maxAnswerBytes,
        @Nullable Bytes codeHash,
        @Nullable String implementation) {

    static final String DEFAULT_BLOCK = "finalized";
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(4);
    static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);
    static final Duration DEFAULT_MAX_CLOCK_SKEW = Duration.ofSeconds(30);
    /** Below the most that a transaction may use (EIP-7825), so that nodes that bound calls alike allow it. */
    static final long DEFAULT_GAS = 16_000_000;

    static final int DEFAULT_MAX_ANSWER_BYTES = 4 * 1024 * 1024;

    private static final int MOST_PROVIDERS = 16;
    private static final int HASH_BYTES = 32;
    private static final Duration DAY = Duration.ofDays(1);

    OnchainSettings {
        address("kms_contract", kmsContract);
        providers = List.copyOf(providers);
        if (providers.isEmpty() || providers.size() > MOST_PROVIDERS) {
            throw new IllegalArgumentException("providers must name 1 to " + MOST_PROVIDERS + " URLs");
        }
        if (new HashSet<>(providers).size() < providers.size()) {
            throw new IllegalArgumentException("providers names one URL twice, whose two votes would be one");
        }
        Provider.check(providers);
        checkRange("chain_id", chainId, 1, Long.MAX_VALUE);
        checkRange("agree", agree == null ? 1 : agree, 1, providers.size());
        BlockTag.parse(block == null ? DEFAULT_BLOCK : block);
        checkDuration("max_block_age", maxBlockAge, Duration.ofSeconds(1), DAY);
        checkDuration("max_clock_skew", maxClockSkew, Duration.ZERO, DAY);
        checkDuration("poll_interval", pollInterval, Duration.ZERO, Duration.ofMinutes(1));
        checkDuration("timeout", timeout, Duration.ofMillis(1), Duration.ofMinutes(1));
        checkRange("gas", gas == null ? DEFAULT_GAS : gas, 100_000, Long.MAX_VALUE);
        checkRange(
                "max_answer_bytes", maxAnswerBytes == null ? DEFAULT_MAX_ANSWER_BYTES : maxAnswerBytes, 4096, 64 << 20);
        if (codeHash != null && codeHash.length() != HASH_BYTES) {
            throw new IllegalArgumentException("code_hash must be 32 bytes, not " + codeHash.length());
        }
        if (implementation != null) {
            address("implementation", implementation);
        }
    }

    Address contract() {
        return address("kms_contract", kmsContract);
    }

    @Nullable Address pinnedImplementation() {
        return implementation == null ? null : address("implementation", implementation);
    }

    List<Provider> openProviders() {
        return Provider.of(
                providers,
                new ProviderLimits(timeLimit(), maxAnswerBytes == null ? DEFAULT_MAX_ANSWER_BYTES : maxAnswerBytes));
    }

    /** How many must agree. */
    int quorum() {
        return agree == null ? providers.size() / 2 + 1 : agree;
    }

    BlockTag tag() {
        return BlockTag.parse(block == null ? DEFAULT_BLOCK : block);
    }

    Duration oldestBlock() {
        return maxBlockAge == null ? tag().usualAge() : maxBlockAge;
    }

    Duration clockSkew() {
        return maxClockSkew == null ? DEFAULT_MAX_CLOCK_SKEW : maxClockSkew;
    }

    Duration polling() {
        return pollInterval == null ? DEFAULT_POLL_INTERVAL : pollInterval;
    }

    Duration timeLimit() {
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }

    long gasLimit() {
        return gas == null ? DEFAULT_GAS : gas;
    }

    /** Leaves out the URLs, which may hold keys. */
    @Override
    public String toString() {
        return "OnchainSettings[" + kmsContract + " on chain " + chainId + ", " + quorum() + " of " + providers.size()
                + " providers at " + tag() + "]";
    }

    private static Address address(String key, String text) {
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + " " + e.getMessage(), e);
        }
    }

    private static void checkDuration(String key, @Nullable Duration value, Duration least, Duration most) {
        if (value != null && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
            throw new IllegalArgumentException(
                    key + " must be " + least.toMillis() + "ms to " + most.toSeconds() + "s");
        }
    }

    private static void checkRange(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least
                    + (most == Long.MAX_VALUE ? " or more" : " to " + most) + ", not " + value);
        }
    }
}
