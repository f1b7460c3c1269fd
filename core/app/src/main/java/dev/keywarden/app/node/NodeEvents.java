package dev.keywarden.app.node;

import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.host.GenerationReport;
import dev.keywarden.host.PluginListing;
import java.nio.file.Path;
import java.util.List;

/** What a node tells whoever started it, as it happens. Never carries a secret. */
public interface NodeEvents {
    /** Something a person should look at. */
    void warning(String sentence);

    /** Which cryptography and TLS engine serve. */
    void engine(String what, String which);

    /** The archives of the plugin folder, and what vouches for them. */
    void plugins(List<PluginListing> plugins);

    /** A gate was asked about this node. */
    void decision(DecisionRecord record);

    /** Root keys were made or found. */
    void keys(Path directory, String k256PublicKeyHex, boolean justMade);

    /** Administrators are answered. */
    void administration(String url);

    /** The plugins of the running node were changed, or would not let themselves be. */
    void changed(GenerationReport report);

    /** The node answers; {@code state} is {@code onboarding} or {@code serving}. */
    void serving(String state, String url);
}
