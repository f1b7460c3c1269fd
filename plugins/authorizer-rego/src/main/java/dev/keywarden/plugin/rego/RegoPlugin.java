package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.facts.FactFolder;
import dev.keywarden.plugin.rego.facts.FactKey;
import dev.keywarden.plugin.rego.facts.FactList;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.nio.file.Path;
import java.util.List;

/** The entry point of the plugin {@code rego}. */
public final class RegoPlugin implements KeywardenPlugin {
    /** For the loader. */
    public RegoPlugin() {}

    /**
     * Makes the authorizer. A bundle or a list that can't be used does not stop the node: it denies, says so in the log now
     * and in the reason later, and needs no restart once it is mended. A key that can't be read does.
     */
    @Override
    public List<Authorizer> authorizers(PluginContext context) {
        RegoSettings settings = context.settings(RegoSettings.class);
        PolicySource policy;
        try {
            policy = PolicySources.of(settings, context);
        } catch (IllegalArgumentException e) {
            throw new PluginException(
                    PluginException.Kind.MISCONFIGURED, "[core.authorization.rego] " + e.getMessage(), e);
        }
        List<FactList> facts = settings.facts().entrySet().stream()
                .map(entry -> facts(entry.getKey(), entry.getValue(), context.logger()))
                .toList();
        facts.forEach(FactList::readAhead);
        return List.of(new RegoAuthorizer(policy, facts, settings.timeout(), context.clock(), context.meter()));
    }

    private static FactList facts(String name, RegoSettings.Facts settings, System.Logger logger) {
        FactKey key = FactKey.parse(settings.key());
        Path file = settings.file();
        Path directory = settings.directory();
        if (file != null) {
            return new FactList(name, key, FactFolder.ofFile(file.toAbsolutePath(), key, logger));
        }
        if (directory == null) {
            throw new IllegalStateException("settings have one of the two");
        }
        return new FactList(name, key, FactFolder.ofFolder(directory.toAbsolutePath(), key, logger));
    }
}
