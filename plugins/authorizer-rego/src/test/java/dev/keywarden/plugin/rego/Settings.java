package dev.keywarden.plugin.rego;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings for tests, beginning with the smallest that work. */
final class Settings {
    private RegoSettings.@Nullable Mode mode;
    private @Nullable String bundle;
    private @Nullable String url;
    private @Nullable String entrypoint;
    private @Nullable Duration timeout;
    private @Nullable Duration poll;
    private @Nullable Long maxUnpackedBytes;
    private @Nullable Long maxWasmMemory;
    private @Nullable Integer maxInstances = 2;
    private @Nullable Boolean requireSignature;
    private @Nullable Path caFile;
    private @Nullable Path tokenFile;
    private final Map<String, RegoSettings.Key> keys = new LinkedHashMap<>();
    private final Map<String, RegoSettings.Facts> facts = new LinkedHashMap<>();

    static Settings bundle(Path path) {
        return bundle(path.toString());
    }

    static Settings bundle(String where) {
        Settings settings = new Settings();
        settings.bundle = where;
        return settings;
    }

    static Settings server(String url) {
        Settings settings = new Settings();
        settings.mode = RegoSettings.Mode.SERVER;
        settings.url = url;
        return settings;
    }

    Settings entrypoint(String name) {
        entrypoint = name;
        return this;
    }

    Settings timeout(Duration limit) {
        timeout = limit;
        return this;
    }

    Settings poll(Duration pause) {
        poll = pause;
        return this;
    }

    Settings instances(int most) {
        maxInstances = most;
        return this;
    }

    Settings unpackedBytes(long most) {
        maxUnpackedBytes = most;
        return this;
    }

    Settings wasmMemory(long most) {
        maxWasmMemory = most;
        return this;
    }

    Settings caFile(Path certificates) {
        caFile = certificates;
        return this;
    }

    Settings tokenFile(Path token) {
        tokenFile = token;
        return this;
    }

    Settings requireSignature() {
        requireSignature = true;
        return this;
    }

    Settings key(String id, String algorithm, Path file, @Nullable String scope) {
        keys.put(id, new RegoSettings.Key(algorithm, file, scope));
        return this;
    }

    Settings facts(String name, Path file, String key) {
        facts.put(name, new RegoSettings.Facts(file, null, key));
        return this;
    }

    Settings factFolder(String name, Path folder, String key) {
        facts.put(name, new RegoSettings.Facts(null, folder, key));
        return this;
    }

    RegoSettings build() {
        return new RegoSettings(
                mode,
                bundle,
                entrypoint,
                null,
                maxUnpackedBytes,
                poll,
                maxInstances,
                maxWasmMemory,
                null,
                requireSignature,
                keys,
                url,
                caFile,
                tokenFile,
                timeout,
                facts);
    }
}
