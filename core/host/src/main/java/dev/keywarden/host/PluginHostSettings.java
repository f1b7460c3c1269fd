package dev.keywarden.host;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.PluginContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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
     * The same, but for where the archives lie and which they must be.
     *
     * @param sha256ById lower-case hex
     */
    PluginHostSettings withArchives(Path folder, Map<String, String> sha256ById) {
        Builder copy = new Builder(folder, values.scratchRoot, values.clock);
        copy.trust = values.trust;
        copy.pins = Map.copyOf(sha256ById);
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
        copy.shadow = values.shadow;
        copy.shadowObserver = values.shadowObserver;
        copy.meters = values.meters;
        return new PluginHostSettings(copy);
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
        return new TrustPolicy(values.trust, values.pins, values.distributionPins);
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
        private List<String> accept = List.of();
        private @Nullable String attester;
        private Duration attestationTimeout = Duration.ofSeconds(10);
        private Map<String, Map<String, Object>> attestationSettings = Map.of();
        private List<String> chain = List.of();
        private Combine combine = new Combine.All();
        private Duration timeout = Duration.ofSeconds(5);
        private Map<String, Map<String, Object>> authorizationSettings = Map.of();
        private Map<String, Authorizer> builtIn = Map.of();
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
