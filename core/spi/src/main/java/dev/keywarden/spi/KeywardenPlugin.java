package dev.keywarden.spi;

import java.util.List;

/**
 * What the loader looks for: the one entry point of a plugin jar, found through {@link java.util.ServiceLoader}.
 *
 * <p>The class needs a public constructor without parameters that does nothing but return. Each method is called at most
 * once per load, and only if the node's configuration names the plugin for that purpose.
 */
public interface KeywardenPlugin {
    /**
     * The attestation backends this plugin brings.
     *
     * @param context settings from {@code [core.attestation.<plugin id>]}, clock, logger and scratch directory
     * @return backends, owned by the host from now on and closed by it; empty if the plugin attests nothing
     * @throws PluginException with {@link PluginException.Kind#MISCONFIGURED} if the settings can't work
     */
    default List<AttestationBackend> attestationBackends(PluginContext context) {
        return List.of();
    }

    /**
     * The authorizers this plugin brings.
     *
     * @param context settings from {@code [core.authorization.<plugin id>]}, clock, logger and scratch directory
     * @return authorizers, owned by the host from now on and closed by it; empty if the plugin decides nothing
     * @throws PluginException with {@link PluginException.Kind#MISCONFIGURED} if the settings can't work
     */
    default List<Authorizer> authorizers(PluginContext context) {
        return List.of();
    }
}
