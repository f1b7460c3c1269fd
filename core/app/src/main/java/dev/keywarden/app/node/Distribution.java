package dev.keywarden.app.node;

import dev.keywarden.app.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked distribution this process runs from.
 *
 * @param home its folder; holds {@code lib}, {@code plugins}, {@code policies} and {@code bin}
 */
public record Distribution(Path home) {
    /** The launcher says here where the distribution lies. */
    static final String HOME_PROPERTY = "keywarden.home";

    private static final int SHA256_HEX_DIGITS = 64;

    /**
     * The distribution of this process.
     *
     * @throws ConfigurationException if the process was not started by the launcher
     */
    public static Distribution current() {
        String home = System.getProperty(HOME_PROPERTY);
        if (home == null) {
            throw new ConfigurationException("The system property " + HOME_PROPERTY
                    + " is missing, so the plugins can't be found. Start Keywarden with its launcher");
        }
        return new Distribution(Path.of(home));
    }

    /** The policies that come with it: library, default policy, examples. */
    public Path policies() {
        return home.resolve("policies");
    }

    /** The project that a plugin begins with. */
    public Path pluginTemplate() {
        return home.resolve("templates").resolve("plugin");
    }

    /** A Maven repository with the plugin interface and the test kit. */
    public Path repository() {
        return home.resolve("repository");
    }

    /** The folder of plugins: the configured one, or the distribution's own. */
    public Path plugins(@Nullable Path configured) {
        return configured != null ? configured : home.resolve("plugins");
    }

    /** The bundle of the default policy, which {@code keywarden dev} begins with. */
    public Path defaultPolicy() {
        return home.resolve("policies").resolve("default.tar.gz");
    }

    /**
     * SHA-256 of each plugin that was built with this distribution, in lower-case hex.
     *
     * @throws ConfigurationException if the list can't be read
     */
    public Set<String> pins() {
        Path file = home.resolve("lib").resolve("plugins.sha256");
        Set<String> pins = new LinkedHashSet<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.length() > SHA256_HEX_DIGITS) {
                    pins.add(line.substring(0, SHA256_HEX_DIGITS).toLowerCase(Locale.ROOT));
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException(file + ": the distribution's own pins can't be read (" + e.getMessage()
                    + "). Unpack or build the distribution again");
        }
        return pins;
    }
}
