package dev.keywarden.plugin.example;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import java.util.List;

/** The entry point, named in {@code META-INF/services}. */
public final class ExamplePlugin implements KeywardenPlugin {
    /** For the loader. */
    public ExamplePlugin() {}

    @Override
    public List<Authorizer> authorizers(PluginContext context) {
        ExampleSettings settings = context.settings(ExampleSettings.class);
        context.logger()
                .log(
                        System.Logger.Level.INFO,
                        "{0} apps may have keys",
                        settings.apps().size());
        return List.of(new ExampleAuthorizer(settings, context.meter()));
    }
}
