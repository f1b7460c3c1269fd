package dev.keywarden.host;

import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;

/** What one plugin may ask of the host, for one of its two roles. */
final class HostPluginContext implements PluginContext {
    private final String id;
    private final Map<String, Object> settings;
    private final String settingsPath;
    private final Path scratch;
    private final InstantSource clock;
    private final Meter meter;

    /** @param settingsPath dotted name of the settings, for messages */
    HostPluginContext(
            String id,
            Map<String, Object> settings,
            String settingsPath,
            Path scratchRoot,
            InstantSource clock,
            Meter meter) {
        this.id = id;
        this.settings = settings;
        this.settingsPath = settingsPath;
        this.scratch = scratchRoot.resolve(id);
        this.clock = clock;
        this.meter = meter;
    }

    @Override
    public <T extends Record> T settings(Class<T> type) {
        return SettingsBinder.bind(settings, settingsPath, type);
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public System.Logger logger() {
        return System.getLogger("dev.keywarden.plugin." + id);
    }

    @Override
    public Meter meter() {
        return meter;
    }

    @Override
    public Path scratchDirectory() {
        try {
            if (!Files.isDirectory(scratch)) {
                Files.createDirectories(
                        scratch, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return scratch;
        } catch (IOException e) {
            throw new PluginException(
                    PluginException.Kind.MISCONFIGURED,
                    scratch + ": the folder for what plugins remember can't be made (" + e
                            + "). Set core.plugins.state_dir to a folder this process may write",
                    e);
        }
    }
}
