package dev.keywarden.plugin.tdx;

import dev.keywarden.plugin.tdx.attester.TdxAttester;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import java.util.List;
import java.util.Map;

/** The entry point of the plugin {@code tdx}. */
public final class TdxPlugin implements KeywardenPlugin {
    static final String SETTINGS = "[core.attestation.tdx] ";

    private final Map<String, String> environment;

    /** For the loader. */
    public TdxPlugin() {
        this(System.getenv());
    }

    TdxPlugin(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<AttestationBackend> attestationBackends(PluginContext context) {
        TdxSettings settings = context.settings(TdxSettings.class);
        try {
            TdxAttester attester = settings.evidence().toAttester(environment, context.logger());
            return List.of(new TdxBackend(TdxVerifier.of(settings, environment, context), attester));
        } catch (IllegalArgumentException e) {
            throw new PluginException(Kind.MISCONFIGURED, SETTINGS + e.getMessage(), e);
        }
    }
}
