package dev.keywarden.app.cli;

import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.app.node.NodeEvents;
import dev.keywarden.host.GenerationReport;
import dev.keywarden.host.PluginListing;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells the person who started a node what it does, as it does it. */
class NodePrinter implements NodeEvents {
    private static final int SHOWN_DIGEST_DIGITS = 16;

    private final Console console;
    private final boolean json;

    NodePrinter(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    @Override
    public void warning(String sentence) {
        console.warn("warning: " + sentence);
    }

    @Override
    public void engine(String what, String which) {
        people(what + ": " + which);
    }

    @Override
    public void plugins(List<PluginListing> plugins) {
        for (PluginListing plugin : plugins) {
            people("plugin " + plugin.id() + " " + plugin.version() + "  sha256 "
                    + plugin.sha256().substring(0, SHOWN_DIGEST_DIGITS) + "...  " + plugin.status());
        }
    }

    @Override
    public void decision(DecisionRecord record) {
        String reason = record.reason().isEmpty() ? "" : ": " + record.reason();
        people("gate " + record.question().gate().name().toLowerCase(Locale.ROOT) + " asked about this node: "
                + record.outcome().name().toLowerCase(Locale.ROOT) + reason);
    }

    @Override
    public void keys(Path directory, String k256PublicKeyHex, boolean justMade) {
        people("root keys " + (justMade ? "made" : "found") + " in " + directory + "  (k256 public key "
                + k256PublicKeyHex + ")");
    }

    @Override
    public void administration(String url) {
        people("administrators at " + url);
    }

    @Override
    public void changed(GenerationReport report) {
        report.problem()
                .ifPresentOrElse(
                        problem -> warning("the plugins stay as they are (" + report.cause() + "): " + problem),
                        () -> people("plugins of generation " + report.number() + " decide now (" + report.cause()
                                + "): " + String.join(", ", report.chain())));
    }

    @Override
    public void serving(String state, String url) {
        if (json) {
            Map<String, String> line = new LinkedHashMap<>();
            line.put("state", state);
            line.put("url", url);
            console.json(line);
        } else {
            people(state + " at " + url);
        }
    }

    private void people(String line) {
        if (!json) {
            console.say(line);
        }
    }
}
