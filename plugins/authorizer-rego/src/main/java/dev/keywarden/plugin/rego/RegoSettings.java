package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.bundle.BundleLimits;
import dev.keywarden.plugin.rego.bundle.VerificationKey;
import dev.keywarden.plugin.rego.engine.EngineLimits;
import dev.keywarden.plugin.rego.facts.FactKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code [core.authorization.rego]} as configured; the page {@code docs/plugins/rego.md} explains each key.
 *
 * @param mode where policies are evaluated; in this process by default
 * @param bundle a file, a folder, or an http or https URL
 * @param entrypoint what is asked for, as {@code package/rule}
 * @param maxBundleBytes of an archive
 * @param maxUnpackedBytes of what is in it
 * @param poll how often a bundle server is asked
 * @param maxInstances how many evaluators there are
 * @param maxWasmMemory of one evaluator, in bytes
 * @param maxResultBytes of one answer
 * @param requireSignature whether a bundle must be signed
 * @param keys public keys that may vouch for bundles, by their ids
 * @param url of a server of OPA, {@code http}, {@code https} or {@code unix}
 * @param caFile certificates that may vouch for an https server, in place of those the JDK trusts
 * @param tokenFile a bearer token for the bundle server or the server of OPA
 * @param timeout for one evaluation
 * @param facts lists by the name that policies know them by
 */
record RegoSettings(
        @Nullable Mode mode,
        @Nullable String bundle,
        @Nullable String entrypoint,
        @Nullable Long maxBundleBytes,
        @Nullable Long maxUnpackedBytes,
        @Nullable Duration poll,
        @Nullable Integer maxInstances,
        @Nullable Long maxWasmMemory,
        @Nullable Integer maxResultBytes,
        @Nullable Boolean requireSignature,
        @Nullable Map<String, Key> keys,
        @Nullable String url,
        @Nullable Path caFile,
        @Nullable Path tokenFile,
        @Nullable Duration timeout,
        @Nullable Map<String, Facts> facts) {

    static final String DEFAULT_ENTRYPOINT = "keywarden/decision";

    static final Duration DEFAULT_POLL = Duration.ofMinutes(1);
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(4);
    static final boolean DEFAULT_REQUIRE_SIGNATURE = false;
    static final int DEFAULT_MAX_RESULT_BYTES = 256 << 10;
    static final long DEFAULT_MAX_BUNDLE_BYTES = 32L << 20;
    static final long DEFAULT_MAX_UNPACKED_BYTES = 128L << 20;
    static final long DEFAULT_MAX_WASM_MEMORY = 128L << 20;

    private static final long MIB = 1L << 20;

    /** Where policies are evaluated. */
    enum Mode {
        /** In this process. */
        BUNDLE,
        /** In a server of OPA. */
        SERVER
    }

    /**
     * One public key.
     *
     * @param algorithm {@code ES256}, {@code RS256} or {@code EdDSA}
     * @param file PEM with the key or a certificate of it
     * @param scope that signatures must name; none by default
     */
    record Key(String algorithm, Path file, @Nullable String scope) {
        Key {
            if (algorithms().noneMatch(algorithm::equals)) {
                throw new IllegalArgumentException("algorithm must be one of "
                        + String.join(", ", algorithms().toList()) + ", not \"" + algorithm + "\"");
            }
        }

        private static Stream<String> algorithms() {
            return Arrays.stream(VerificationKey.Algorithm.values()).map(VerificationKey.Algorithm::jose);
        }

        /** @throws IllegalArgumentException if the file holds no such key */
        VerificationKey load() {
            VerificationKey.Algorithm named = Arrays.stream(VerificationKey.Algorithm.values())
                    .filter(each -> each.jose().equals(algorithm))
                    .findFirst()
                    .orElseThrow();
            return VerificationKey.load(named, file.toAbsolutePath(), scope == null ? "" : scope);
        }
    }

    /**
     * One list.
     *
     * @param file the list, or null if it is a folder
     * @param directory of the list's files, or null if it is one file
     * @param key by what it is looked up
     */
    record Facts(@Nullable Path file, @Nullable Path directory, String key) {
        Facts {
            FactKey.parse(key);
            if ((file == null) == (directory == null)) {
                throw new IllegalArgumentException("one of file and directory must be given, and not both");
            }
        }
    }

    RegoSettings {
        range("max_bundle_bytes", maxBundleBytes, 1024, 1024 * MIB);
        range("max_unpacked_bytes", maxUnpackedBytes, 1024, 1024 * MIB);
        range("max_instances", maxInstances, 1, 1024);
        range("max_wasm_memory", maxWasmMemory, MIB, 1024 * MIB);
        range("max_result_bytes", maxResultBytes, 1024, 16 * MIB);
        if (mode == Mode.SERVER ? url == null || bundle != null : bundle == null || bundle.isBlank() || url != null) {
            throw new IllegalArgumentException(
                    "mode \"bundle\" needs bundle (a file, a folder or a URL), mode \"server\" needs url, and neither the other");
        }
        if (poll != null && (poll.toMillis() < 100 || poll.compareTo(Duration.ofDays(1)) > 0)) {
            throw new IllegalArgumentException("poll must be 100ms to 1d");
        }
        if (Boolean.TRUE.equals(requireSignature) && (keys == null || keys.isEmpty())) {
            throw new IllegalArgumentException("require_signature needs at least one key in keys");
        }
        if (timeout != null && (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofMinutes(1)) > 0)) {
            throw new IllegalArgumentException("timeout must be 1ms to 1m");
        }
        facts = facts == null ? Map.of() : facts;
        keys = keys == null ? Map.of() : keys;
        for (String name : facts.keySet()) {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new IllegalArgumentException("facts." + name
                        + ": the name of a list is letters, digits and underscores, so that policies can"
                        + " write input.facts.<name>");
            }
        }
    }

    @Override
    public String entrypoint() {
        return entrypoint == null ? DEFAULT_ENTRYPOINT : entrypoint;
    }

    @Override
    public Duration timeout() {
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }

    @Override
    public Map<String, Facts> facts() {
        return facts == null ? Map.of() : facts;
    }

    @Override
    public Duration poll() {
        return poll == null ? DEFAULT_POLL : poll;
    }

    @Override
    public Map<String, Key> keys() {
        return keys == null ? Map.of() : keys;
    }

    boolean signed() {
        return requireSignature == null ? DEFAULT_REQUIRE_SIGNATURE : requireSignature;
    }

    BundleLimits bundleLimits() {
        return new BundleLimits(
                maxBundleBytes == null ? DEFAULT_MAX_BUNDLE_BYTES : maxBundleBytes,
                maxUnpackedBytes == null ? DEFAULT_MAX_UNPACKED_BYTES : maxUnpackedBytes);
    }

    EngineLimits engineLimits() {
        return new EngineLimits(
                maxWasmMemory == null ? DEFAULT_MAX_WASM_MEMORY : maxWasmMemory,
                maxResultBytes == null ? DEFAULT_MAX_RESULT_BYTES : maxResultBytes);
    }

    int instances() {
        return maxInstances == null ? Math.max(2, Runtime.getRuntime().availableProcessors()) : maxInstances;
    }

    private static void range(String key, @Nullable Number value, long least, long most) {
        if (value != null && (value.longValue() < least || value.longValue() > most)) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
