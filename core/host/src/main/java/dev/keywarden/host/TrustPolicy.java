package dev.keywarden.host;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an archive may be loaded, and what vouches for it.
 *
 * @param pins SHA-256 in hex by plugin id, from the configuration
 * @param distributionPins SHA-256 in lower-case hex of the archives that came with the application
 * @param expected SHA-256 in lower-case hex that an archive must have besides, by plugin id
 * @param signatures whose signatures count
 * @param check holds signatures against them
 * @param floor what ran before
 * @param uses what the configuration uses a plugin for, by its id
 */
record TrustPolicy(
        TrustMode mode,
        Map<String, String> pins,
        Set<String> distributionPins,
        Map<String, String> expected,
        SignaturePolicy signatures,
        SignatureCheck check,
        VersionFloor floor,
        Map<String, Set<PluginRole>> uses) {

    /** What vouches for an archive, in words. */
    String status(PluginArchive archive) {
        String pin = pins.get(archive.id());
        if (signatures.revoked().contains(archive.sha256())) {
            return "revoked";
        }
        if (pin != null) {
            return matches(pin, archive) ? "pinned by the configuration" : "differs from its pin";
        }
        if (distributionPins.contains(archive.sha256())) {
            return refusal(archive).isEmpty()
                    ? "pinned by the distribution"
                    : "pinned by the distribution, but too old";
        }
        if (mode == TrustMode.SIGNED) {
            return refusal(archive)
                    .map(reason -> "not trusted: " + reason.substring((archive.file() + ": ").length()))
                    .orElseGet(() -> check.vouchers(archive));
        }
        return "not pinned";
    }

    /** Why an archive must not be loaded; empty if it may. */
    Optional<String> refusal(PluginArchive archive) {
        if (signatures.revoked().contains(archive.sha256())) {
            return Optional.of(archive.file() + ": core.plugins.revoked has its SHA-256, " + archive.sha256()
                    + ". Put another version there");
        }
        String pin = pins.get(archive.id());
        if (pin != null && !matches(pin, archive)) {
            return Optional.of(archive.file() + ": its SHA-256 is " + archive.sha256() + ", but core.plugins.pins."
                    + archive.id() + " pins " + pin.toLowerCase(Locale.ROOT)
                    + ". Put the pinned archive back, or change the pin if you meant to change the plugin");
        }
        if (!expected.getOrDefault(archive.id(), archive.sha256()).equals(archive.sha256())) {
            return Optional.of(
                    archive.file() + ": its SHA-256 is " + archive.sha256()
                            + ", so it is not what this node ran. Go back by putting the wanted archives into the plugin folder");
        }
        if (pin != null) {
            return Optional.empty();
        }
        boolean distributed = distributionPins.contains(archive.sha256());
        return switch (mode) {
            case ANY -> Optional.empty();
            case PINNED -> distributed ? Optional.empty() : Optional.of(notPinned(archive));
            case SIGNED ->
                (distributed
                                ? Optional.<String>empty()
                                : check.refusal(archive, uses.getOrDefault(archive.id(), Set.of())))
                        .or(() -> tooOld(archive));
        };
    }

    private Optional<String> tooOld(PluginArchive archive) {
        return signatures.olderAllowed().contains(archive.id()) ? Optional.empty() : floor.refusal(archive);
    }

    private static String notPinned(PluginArchive archive) {
        return archive.file() + ": the archive is not pinned, so it could be anyone's. If you trust it, add"
                + " to [core.plugins.pins]: " + archive.id() + " = \"" + archive.sha256() + "\"";
    }

    private static boolean matches(String pin, PluginArchive archive) {
        return pin.toLowerCase(Locale.ROOT).equals(archive.sha256());
    }
}
