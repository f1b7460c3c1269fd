package dev.keywarden.plugin.allowlist;

import java.nio.file.Path;

/**
 * {@code [core.authorization.allowlist]}.
 *
 * @param file the allowlist; a relative path begins in the node's working directory
 */
record AllowlistSettings(Path file) {
    AllowlistSettings {
        if (file.toString().isBlank()) {
            throw new IllegalArgumentException("file must name the allowlist");
        }
    }
}
