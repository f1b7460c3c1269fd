package dev.keywarden.host;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a plugin is used for; a signature is for one of them. */
public enum PluginRole {
    /** Verifies evidence or makes it. */
    ATTESTATION,
    /** Decides. */
    AUTHORIZER;

    /** As signatures and messages write it, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that is written so. */
    public static Optional<PluginRole> of(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }
}
