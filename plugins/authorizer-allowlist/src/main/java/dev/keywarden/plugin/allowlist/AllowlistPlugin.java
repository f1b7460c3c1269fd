package dev.keywarden.plugin.allowlist;

import dev.keywarden.files.FileStamp;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import java.util.List;

/** The entry point of the plugin {@code allowlist}. */
public final class AllowlistPlugin implements KeywardenPlugin {
    /** For the loader. */
    public AllowlistPlugin() {}

    /**
     * Makes the authorizer. A file that can't be used does not stop the node: it denies, says so in the log now and in the
     * reason later, and needs no restart once it is mended.
     */
    @Override
    public List<Authorizer> authorizers(PluginContext context) {
        AllowlistSettings settings = context.settings(AllowlistSettings.class);
        AllowlistFile file =
                new AllowlistFile(settings.file().toAbsolutePath(), context.logger(), FileStamp::of, System::nanoTime);
        file.readAhead();
        return List.of(new AllowlistAuthorizer(file));
    }
}
