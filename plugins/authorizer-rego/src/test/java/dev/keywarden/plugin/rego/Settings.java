package dev.keywarden.plugin.rego;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings for tests, beginning with the smallest that work. */
final class Settings {
    private @Nullable String bundle;
    private @Nullable String entrypoint;
    private @Nullable Duration timeout;
    private @Nullable Integer maxInstances = 2;
    private final Map<String, RegoSettings.Facts> facts = new LinkedHashMap<>();

    static Settings bundle(Path path) {
        Settings settings = new Settings();
        settings.bundle = path.toString();
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

    Settings instances(int most) {
        maxInstances = most;
        return this;
    }

    Settings facts(String name, Path file, String key) {
        facts.put(name, new RegoSettings.Facts(file, null, key));
        return this;
    }

    RegoSettings build() {
        return new RegoSettings(null, bundle, entrypoint, null, null, null, maxInstances, null, null, timeout, facts);
    }
}
