package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.bundle.BundleLimits;
import dev.keywarden.plugin.rego.bundle.BundleReader;
import dev.keywarden.plugin.rego.bundle.BundleSource;
import dev.keywarden.plugin.rego.bundle.FileSource;
import dev.keywarden.plugin.rego.bundle.FolderSource;
import dev.keywarden.plugin.rego.engine.WasmEngine;
import dev.keywarden.plugin.rego.engine.Watchdog;
import dev.keywarden.plugin.rego.facts.FactFolder;
import dev.keywarden.plugin.rego.facts.FactKey;
import dev.keywarden.plugin.rego.facts.FactList;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The entry point of the plugin {@code rego}. */
public final class RegoPlugin implements KeywardenPlugin {
    /** How long a bundle that was put beside a running node may lie there before it is looked at. */
    private static final Duration LOCAL_PAUSE = Duration.ofMillis(250);

    /** For the loader. */
    public RegoPlugin() {}

    /**
     * Makes the authorizer. A bundle or a list that can't be used does not stop the node: it denies, says so in the log now
     * and in the reason later, and needs no restart once it is mended.
     */
    @Override
    public List<Authorizer> authorizers(PluginContext context) {
        RegoSettings settings = context.settings(RegoSettings.class);
        List<FactList> facts = settings.facts().entrySet().stream()
                .map(entry -> facts(entry.getKey(), entry.getValue(), context.logger()))
                .toList();
        facts.forEach(FactList::readAhead);
        return List.of(new RegoAuthorizer(
                local(settings, context), facts, settings.timeout(), context.clock(), context.meter()));
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

    private static PolicySource local(RegoSettings settings, PluginContext context) {
        Watchdog watchdog = new Watchdog();
        ExecutorService background = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("rego-evaluators").daemon().factory());
        PolicyLoader loader = new PolicyLoader(
                new WasmEngine(settings.engineLimits()),
                watchdog,
                background,
                settings.entrypoint(),
                settings.instances(),
                settings.timeout());
        return new PolicyKeeper(source(settings), loader, () -> LOCAL_PAUSE, context, () -> {
                    background.shutdownNow();
                    watchdog.close();
                })
                .start();
    }

    private static BundleSource source(RegoSettings settings) {
        String bundle = settings.bundle();
        if (bundle == null || bundle.isBlank()) {
            throw new PluginException(
                    PluginException.Kind.MISCONFIGURED,
                    "core.authorization.rego.bundle is missing; it names a file, a folder or an http(s) URL");
        }
        BundleLimits limits = settings.bundleLimits();
        BundleReader reader = new BundleReader(limits, settings.entrypoint());
        Path path = Path.of(bundle).toAbsolutePath();
        return Files.isDirectory(path) ? new FolderSource(path, reader, limits) : new FileSource(path, reader, limits);
    }
}
