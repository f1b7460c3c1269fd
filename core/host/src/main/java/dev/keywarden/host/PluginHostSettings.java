package dev.keywarden.host;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.PluginContext;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a plugin host is told. Made with {@link #builder}. */
public final class PluginHostSettings {
    private static final PluginContext.Meter NO_METER = new PluginContext.Meter() {
        @Override
        public void count(String name, long amount) {}

        @Override
        public void time(String name, Duration elapsed) {}
    };

    private final Builder values;

    private PluginHostSettings(Builder values) {
        this.values = values;
    }

    /**
     * Starts with the defaults: pinned archives only, nothing accepted, an empty chain.
     *
     * @param pluginsDirectory folder of archives
     * @param scratchRoot folder under which each plugin gets one of its own
     * @param clock the time, for plugins and deadlines
     */
    public static Builder builder(Path pluginsDirectory, Path scratchRoot, InstantSource clock) {
        return new Builder(pluginsDirectory, scratchRoot, clock);
    }

    /**
     * The same, but for where the archives lie and which they must be besides being trusted.
     *
     * @param sha256ById lower-case hex
     */
    PluginHostSettings withArchives(Path folder, Map<String, String> sha256ById) {
        Builder copy = new Builder(folder, values.scratchRoot, values.clock);
        copy.trust = values.trust;
        copy.pins = values.pins;
        copy.expected = Map.copyOf(sha256ById);
        copy.signatures = values.signatures;
        copy.distributionPins = values.distributionPins;
        copy.accept = values.accept;
        copy.attester = values.attester;
        copy.attestationTimeout = values.attestationTimeout;
        copy.attestationSettings = values.attestationSettings;
        copy.chain = values.chain;
        copy.combine = values.combine;
        copy.timeout = values.timeout;
        copy.authorizationSettings = values.authorizationSettings;
        copy.builtIn = values.builtIn;
        copy.isolated = values.isolated;
        copy.random = values.random;
        copy.shadow = values.shadow;
        copy.shadowObserver = values.shadowObserver;
        copy.meters = values.meters;
        return new PluginHostSettings(copy);
    }

    /** The same to go back to: by the signatures that count now, with versions that ran once. */
    PluginHostSettings goingBackFrom(PluginHostSettings current) {
        PluginHostSettings same = withArchives(values.pluginsDirectory, values.expected);
        same.values.signatures = current.values.signatures.withOlderAllowed(uses().keySet());
        return same;
    }

    /** Folder of archives. */
    public Path pluginsDirectory() {
        return values.pluginsDirectory;
    }

    Path scratchRoot() {
        return values.scratchRoot;
    }

    InstantSource clock() {
        return values.clock;
    }

    TrustPolicy trust() {
        return new TrustPolicy(
                values.trust,
                values.pins,
                values.distributionPins,
                values.expected,
                values.signatures,
                new SignatureCheck(values.signatures, values.clock.instant()),
                values.trust == TrustMode.SIGNED ? VersionFloor.in(values.scratchRoot) : VersionFloor.none(),
                uses());
    }

    boolean goesByVersions() {
        return values.trust == TrustMode.SIGNED;
    }

    /** What the configuration uses which plugin for. */
    private Map<String, Set<PluginRole>> uses() {
        Map<String, Set<PluginRole>> uses = new HashMap<>();
        backendIds().forEach(id -> use(uses, id, PluginRole.ATTESTATION));
        authorizerIds().stream()
                .filter(id -> !values.builtIn.containsKey(id))
                .forEach(id -> use(uses, id, PluginRole.AUTHORIZER));
        return uses;
    }

    private static void use(Map<String, Set<PluginRole>> uses, String id, PluginRole role) {
        uses.computeIfAbsent(id, key -> EnumSet.noneOf(PluginRole.class)).add(role);
    }

    /** Accepted backends in order, and then the attester. */
    Set<String> backendIds() {
        Set<String> ids = new LinkedHashSet<>(values.accept);
        if (values.attester != null) {
            ids.add(values.attester);
        }
        return ids;
    }

    /** Of the chain and then its shadows; one that is both exists once. */
    Set<String> authorizerIds() {
        Set<String> ids = new LinkedHashSet<>(values.chain);
        ids.addAll(values.shadow);
        return ids;
    }

    /** Every plugin that this process loads itself. */
    Set<String> loadedIds() {
        Set<String> ids = configuredIds();
        ids.removeAll(values.isolated.keySet());
        return ids;
    }

    /** Every plugin that must be there, attestation first, in configured order. */
    Set<String> configuredIds() {
        Set<String> ids = backendIds();
        authorizerIds().stream().filter(id -> !values.builtIn.containsKey(id)).forEach(ids::add);
        return ids;
    }

    List<String> accept() {
        return values.accept;
    }

    @Nullable String attester() {
        return values.attester;
    }

    Duration attestationTimeout() {
        return values.attestationTimeout;
    }

    Map<String, Map<String, Object>> attestationSettings() {
        return values.attestationSettings;
    }

    List<String> chain() {
        return values.chain;
    }

    Combine combine() {
        return values.combine;
    }

    Duration timeout() {
        return values.timeout;
    }

    Map<String, Map<String, Object>> authorizationSettings() {
        return values.authorizationSettings;
    }

    Map<String, Authorizer> builtIn() {
        return values.builtIn;
    }

    /** For the secrets of isolated authorizers. */
    SecureRandom random() {
        SecureRandom random = values.random;
        if (random == null) {
            throw new IllegalStateException("isolated authorizers were named without randomness for them");
        }
        return random;
    }

    /** Authorizers in processes of their own, by id. */
    Map<String, Isolation> isolated() {
        return values.isolated;
    }

    List<String> shadow() {
        return values.shadow;
    }

    ShadowObserver shadowObserver() {
        return values.shadowObserver;
    }

    PluginContext.Meter meter(String id) {
        return values.meters.apply(id);
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Path pluginsDirectory;
        private final Path scratchRoot;
        private final InstantSource clock;
        private TrustMode trust = TrustMode.PINNED;
        private Map<String, String> pins = Map.of();
        private Set<String> distributionPins = Set.of();
        private Map<String, String> expected = Map.of();
        private SignaturePolicy signatures = SignaturePolicy.NONE;
        private List<String> accept = List.of();
        private @Nullable String attester;
        private Duration attestationTimeout = Duration.ofSeconds(10);
        private Map<String, Map<String, Object>> attestationSettings = Map.of();
        private List<String> chain = List.of();
        private Combine combine = new Combine.All();
        private Duration timeout = Duration.ofSeconds(5);
        private Map<String, Map<String, Object>> authorizationSettings = Map.of();
        private Map<String, Authorizer> builtIn = Map.of();
        private Map<String, Isolation> isolated = Map.of();
        private @Nullable SecureRandom random;
        private List<String> shadow = List.of();
        private ShadowObserver shadowObserver = (question, shadow, answer, decision) -> {};
        private Function<String, PluginContext.Meter> meters = id -> NO_METER;

        private Builder(Path pluginsDirectory, Path scratchRoot, InstantSource clock) {
            this.pluginsDirectory = pluginsDirectory;
            this.scratchRoot = scratchRoot;
            this.clock = clock;
        }

        /** What an archive needs in order to be loaded. */
        public Builder trust(TrustMode mode) {
            trust = mode;
            return this;
        }

        /** SHA-256 in hex by plugin id, from the configuration. */
        public Builder pins(Map<String, String> sha256ById) {
            pins = Map.copyOf(sha256ById);
            return this;
        }

        /** SHA-256 in lower-case hex of the archives that came with the application. */
        public Builder distributionPins(Set<String> sha256) {
            distributionPins = Set.copyOf(sha256);
            return this;
        }

        /** Whose signatures count, and what was revoked. */
        public Builder signatures(SignaturePolicy policy) {
            signatures = policy;
            return this;
        }

        /** Ids of the attestation plugins whose evidence counts, in order. */
        public Builder accept(List<String> ids) {
            accept = List.copyOf(ids);
            return this;
        }

        /** Id of the attestation plugin that makes this machine's evidence. */
        public Builder attester(@Nullable String id) {
            attester = id;
            return this;
        }

        /** For one verification or attestation. */
        public Builder attestationTimeout(Duration limit) {
            attestationTimeout = limit;
            return this;
        }

        /** Settings of attestation plugins by id. */
        public Builder attestationSettings(Map<String, Map<String, Object>> byId) {
            attestationSettings = Map.copyOf(byId);
            return this;
        }

        /** Ids of the authorizers, in order. */
        public Builder chain(List<String> ids) {
            chain = List.copyOf(ids);
            return this;
        }

        /** How their answers become one. */
        public Builder combine(Combine rule) {
            combine = rule;
            return this;
        }

        /** For each authorizer. */
        public Builder timeout(Duration limit) {
            timeout = limit;
            return this;
        }

        /** Settings of authorizers by id. */
        public Builder authorizationSettings(Map<String, Map<String, Object>> byId) {
            authorizationSettings = Map.copyOf(byId);
            return this;
        }

        /** Authorizers that are part of the application, by id. */
        public Builder builtIn(Map<String, Authorizer> byId) {
            builtIn = Map.copyOf(byId);
            return this;
        }

        /**
         * Authorizers that run in processes of their own, by id.
         *
         * @param source for the secrets by which the host knows those processes
         */
        public Builder isolated(Map<String, Isolation> byId, SecureRandom source) {
            isolated = Map.copyOf(byId);
            random = source;
            return this;
        }

        /**
         * Ids of authorizers that are asked beside the chain and have no say.
         *
         * @param observer hears what they would have said
         */
        public Builder shadow(List<String> ids, ShadowObserver observer) {
            shadow = List.copyOf(ids);
            shadowObserver = observer;
            return this;
        }

        /** Where what a plugin counts goes, by its id; without, nowhere. */
        public Builder meters(Function<String, PluginContext.Meter> byId) {
            meters = byId;
            return this;
        }

        /** The settings. */
        public PluginHostSettings build() {
            return new PluginHostSettings(this);
        }
    }
}
