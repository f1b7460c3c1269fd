package dev.keywarden.app.node;

import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.app.config.NodeSettings;
import dev.keywarden.app.metrics.NodeMetrics;
import dev.keywarden.app.service.DevAuthorizer;
import dev.keywarden.host.Combine;
import dev.keywarden.host.Isolation;
import dev.keywarden.host.PluginHostSettings;
import dev.keywarden.host.SettingsBinder;
import dev.keywarden.host.TrustMode;
import dev.keywarden.spi.Authorizer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the plugin host is told, from what the operator wrote. */
public final class HostSettings {
    private HostSettings() {}

    /** Translates; nothing is read or loaded yet but the distribution's own pins. */
    public static PluginHostSettings from(
            NodeSettings settings,
            Distribution distribution,
            NodeMetrics metrics,
            InstantSource clock,
            SecureRandom random) {
        return of(
                settings,
                distribution,
                settings.configuration().core().plugins().dir(),
                metrics,
                clock,
                random);
    }

    /** The same with another plugin folder; {@code null} for the distribution's own. */
    public static PluginHostSettings of(
            NodeSettings settings,
            Distribution distribution,
            @Nullable Path folder,
            NodeMetrics metrics,
            InstantSource clock,
            SecureRandom random) {
        return common(settings.chain(), settings, distribution, folder, metrics, clock, random)
                .attester(settings.configuration().core().attestation().attester())
                .shadow(settings.configuration().core().authorization().shadow(), metrics)
                .build();
    }

    /** For a command that asks authorizers with the settings of a node, and makes no evidence. */
    public static PluginHostSettings asking(
            List<String> chain,
            NodeSettings settings,
            Distribution distribution,
            NodeMetrics metrics,
            InstantSource clock,
            SecureRandom random) {
        Path folder = settings.configuration().core().plugins().dir();
        return common(chain, settings, distribution, folder, metrics, clock, random)
                .build();
    }

    /** For a command that verifies evidence with the settings of a node, and asks nobody. */
    public static PluginHostSettings verifying(NodeSettings settings, Distribution distribution, InstantSource clock) {
        return verifiers(
                        settings,
                        distribution,
                        settings.configuration().core().plugins().dir(),
                        clock)
                .build();
    }

    /** Where the archives are, which of them are trusted, and what they are told; who is used is the caller's to say. */
    public static PluginHostSettings.Builder trusting(
            NodeSettings settings, Distribution distribution, @Nullable Path folder, InstantSource clock) {
        return PluginHostSettings.builder(distribution.plugins(folder), settings.pluginState(), clock)
                .trust(TrustMode.valueOf(
                        settings.configuration().core().plugins().trust().toUpperCase(Locale.ROOT)))
                .pins(settings.pins())
                .signatures(settings.signatures())
                .distributionPins(distribution.pins())
                .attestationSettings(settings.attestationSettings())
                .authorizationSettings(settings.authorizationSettings());
    }

    /** How the answers of a chain become one. */
    public static Combine rule(NodeSettings settings) {
        KmsConfiguration.Authorization authorization =
                settings.configuration().core().authorization();
        return Combine.parse(authorization.combine(), authorization.veto());
    }

    private static PluginHostSettings.Builder common(
            List<String> chain,
            NodeSettings settings,
            Distribution distribution,
            @Nullable Path folder,
            NodeMetrics metrics,
            InstantSource clock,
            SecureRandom random) {
        KmsConfiguration.Core core = settings.configuration().core();
        return verifiers(settings, distribution, folder, clock)
                .chain(chain)
                .combine(rule(settings))
                .timeout(core.authorization().timeout())
                .isolated(isolated(core.plugins().isolated()), random)
                .meters(metrics::meter)
                .builtIn(builtIn(chain, settings));
    }

    private static PluginHostSettings.Builder verifiers(
            NodeSettings settings, Distribution distribution, @Nullable Path folder, InstantSource clock) {
        KmsConfiguration.Attestation attestation =
                settings.configuration().core().attestation();
        return trusting(settings, distribution, folder, clock)
                .accept(attestation.accept())
                .attestationTimeout(attestation.timeout());
    }

    private static Map<String, Isolation> isolated(Map<String, KmsConfiguration.Isolated> byId) {
        return byId.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .settings()));
    }

    private static Map<String, Authorizer> builtIn(List<String> chain, NodeSettings settings) {
        if (!chain.contains(NodeSettings.DEV_AUTHORIZER)) {
            return Map.of();
        }
        Map<String, Object> table =
                settings.authorizationSettings().getOrDefault(NodeSettings.DEV_AUTHORIZER, Map.of());
        DevAuthorizer.Settings bound =
                SettingsBinder.bind(table, "core.authorization.dev", DevAuthorizer.Settings.class);
        return Map.of(NodeSettings.DEV_AUTHORIZER, new DevAuthorizer(bound));
    }
}
