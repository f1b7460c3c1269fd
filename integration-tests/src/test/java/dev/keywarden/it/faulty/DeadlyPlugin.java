package dev.keywarden.it.faulty;

import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import java.util.List;

/** Ends its process whenever it is asked. It stands in for the allowlist, and reads no settings. */
public final class DeadlyPlugin implements KeywardenPlugin, Authorizer {
    private static final int EXIT_CODE = 66;

    /** For the loader. */
    public DeadlyPlugin() {}

    @Override
    public List<Authorizer> authorizers(PluginContext context) {
        return List.of(this);
    }

    @Override
    public String name() {
        return "allowlist";
    }

    @Override
    public Decision authorize(AuthorizationRequest request) {
        System.exit(EXIT_CODE);
        throw new IllegalStateException("nothing comes after an exit");
    }
}
