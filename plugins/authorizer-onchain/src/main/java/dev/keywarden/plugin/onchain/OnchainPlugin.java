package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The entry point of the plugin {@code onchain}. */
public final class OnchainPlugin implements KeywardenPlugin {
    /** For the loader. */
    public OnchainPlugin() {}

    @Override
    public List<Authorizer> authorizers(PluginContext context) {
        OnchainSettings settings = context.settings(OnchainSettings.class);
        Telemetry telemetry = new Telemetry(context.meter(), context.logger());
        OnchainAuthorizer authorizer = new OnchainAuthorizer(settings, context.clock(), telemetry);
        try {
            checkChains(authorizer, telemetry);
        } catch (PluginException e) {
            authorizer.close();
            throw e;
        }
        return List.of(authorizer);
    }

    /** A provider of another chain is a mistake in the configuration; one that does not answer is an outage. */
    private static void checkChains(OnchainAuthorizer authorizer, Telemetry telemetry) {
        List<CompletableFuture<HeadWatch.Sighting>> readings = authorizer.reader().heads().watches().stream()
                .map(HeadWatch::read)
                .toList();
        for (CompletableFuture<HeadWatch.Sighting> reading : readings) {
            HeadWatch.Sighting sighting = reading.join();
            telemetry.sighted(sighting);
            ProviderFault fault = sighting.fault();
            if (fault != null && fault.kind() == ProviderFault.Kind.WRONG_CHAIN) {
                throw new PluginException(
                        PluginException.Kind.MISCONFIGURED,
                        "[core.authorization.onchain] provider "
                                + sighting.provider().name() + " " + fault.getMessage()
                                + ". Correct chain_id or providers");
            }
        }
    }
}
