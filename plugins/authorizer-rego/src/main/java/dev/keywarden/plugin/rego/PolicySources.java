package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.bundle.BundleLimits;
import dev.keywarden.plugin.rego.bundle.BundleReader;
import dev.keywarden.plugin.rego.bundle.BundleSource;
import dev.keywarden.plugin.rego.bundle.BundleStore;
import dev.keywarden.plugin.rego.bundle.FileSource;
import dev.keywarden.plugin.rego.bundle.FolderSource;
import dev.keywarden.plugin.rego.bundle.HighestRevision;
import dev.keywarden.plugin.rego.bundle.HttpSource;
import dev.keywarden.plugin.rego.bundle.VerificationKey;
import dev.keywarden.plugin.rego.engine.WasmEngine;
import dev.keywarden.plugin.rego.engine.Watchdog;
import dev.keywarden.plugin.rego.http.HttpAsker;
import dev.keywarden.spi.PluginContext;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Makes what the settings name: a bundle in this process, or a server of OPA. */
final class PolicySources {
    /** How long a bundle that was put beside a running node may lie there before it is looked at. */
    private static final Duration LOCAL_PAUSE = Duration.ofMillis(250);

    /** A bundle is some hundred kilobytes. */
    private static final Duration FETCH = Duration.ofSeconds(30);

    private PolicySources() {}

    /** @throws IllegalArgumentException if the settings can't work */
    static PolicySource of(RegoSettings settings, PluginContext context) {
        return settings.mode() == RegoSettings.Mode.SERVER ? server(settings) : local(settings, context);
    }

    private static PolicySource server(RegoSettings settings) {
        String url = String.valueOf(settings.url());
        int most = settings.engineLimits().resultBytes();
        if (url.startsWith("unix://")) {
            return OpaServer.behind(Path.of(url.substring("unix://".length())), settings.entrypoint(), most);
        }
        URI server = httpUrl("url", url);
        return OpaServer.over(
                new HttpAsker(settings.caFile(), settings.tokenFile()), server, settings.entrypoint(), most);
    }

    private static URI httpUrl(String key, String text) {
        URI url = URI.create(text);
        if (!isHttp(text) || url.getHost() == null) {
            throw new IllegalArgumentException(key + " must be an http, https or unix URL, not " + text);
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException(key + " must hold no user and no password; use token_file");
        }
        return url;
    }

    private static boolean isHttp(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    private static PolicySource local(RegoSettings settings, PluginContext context) {
        BundleSource source = source(settings, context);
        boolean remote = isHttp(String.valueOf(settings.bundle()));
        Watchdog watchdog = new Watchdog();
        ExecutorService background = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("rego-evaluators").daemon().factory());
        PolicyLoader loader = new PolicyLoader(
                new WasmEngine(settings.engineLimits()),
                watchdog,
                background,
                settings.entrypoint(),
                settings.instances());
        HighestRevision highest =
                new HighestRevision(settings.signed() ? context::scratchDirectory : null, context.logger());
        Supplier<Duration> pause = remote ? () -> jittered(settings.poll()) : () -> LOCAL_PAUSE;
        return new PolicyKeeper(source, loader, highest, pause, context, () -> {
                    background.shutdownNow();
                    watchdog.close();
                })
                .start();
    }

    /** Nodes that were started together must not ask together for ever. */
    private static Duration jittered(Duration pause) {
        return pause.multipliedBy(ThreadLocalRandom.current().nextLong(75, 126)).dividedBy(100);
    }

    private static BundleSource source(RegoSettings settings, PluginContext context) {
        String bundle = String.valueOf(settings.bundle());
        BundleLimits limits = settings.bundleLimits();
        BundleReader reader = new BundleReader(limits, settings.entrypoint(), keys(settings), settings.signed());
        if (isHttp(bundle)) {
            BundleStore store =
                    new BundleStore(context::scratchDirectory, bundle, limits.packedBytes(), context.logger());
            HttpAsker asker = new HttpAsker(settings.caFile(), settings.tokenFile());
            return new HttpSource(httpUrl("bundle", bundle), asker, FETCH, reader, limits, store, context.logger());
        }
        Path path = Path.of(bundle).toAbsolutePath();
        return Files.isDirectory(path) ? new FolderSource(path, reader, limits) : new FileSource(path, reader, limits);
    }

    private static Map<String, VerificationKey> keys(RegoSettings settings) {
        Map<String, VerificationKey> keys = new LinkedHashMap<>();
        settings.keys().forEach((id, key) -> keys.put(id, key.load()));
        return keys;
    }
}
