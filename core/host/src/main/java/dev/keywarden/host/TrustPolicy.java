package dev.keywarden.host;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether an archive may be loaded, and what vouches for it. */
record TrustPolicy(TrustMode mode, Map<String, String> pins, Set<String> distributionPins) {

    /** What vouches for an archive, in words. */
    String status(PluginArchive archive) {
        String pin = pins.get(archive.id());
        if (pin != null) {
            return matches(pin, archive) ? "pinned by the configuration" : "differs from its pin";
        }
        return distributionPins.contains(archive.sha256()) ? "pinned by the distribution" : "not pinned";
    }

    /** Why an archive must not be loaded; empty if it may. */
    Optional<String> refusal(PluginArchive archive) {
        String pin = pins.get(archive.id());
        if (pin != null && !matches(pin, archive)) {
            return Optional.of(archive.file() + ": its SHA-256 is " + archive.sha256() + ", but core.plugins.pins."
                    + archive.id() + " pins " + pin.toLowerCase(Locale.ROOT)
                    + ". Put the pinned archive back, or change the pin if you meant to change the plugin");
        }
        if (mode == TrustMode.PINNED && pin == null && !distributionPins.contains(archive.sha256())) {
            return Optional.of(
                    archive.file() + ": the archive is not pinned, so it could be anyone's. If you trust it, add"
                            + " to [core.plugins.pins]: " + archive.id() + " = \"" + archive.sha256() + "\"");
        }
        return Optional.empty();
    }

    private static boolean matches(String pin, PluginArchive archive) {
        return pin.toLowerCase(Locale.ROOT).equals(archive.sha256());
    }
}
