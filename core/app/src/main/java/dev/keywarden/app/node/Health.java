package dev.keywarden.app.node;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.app.audit.CurrentLog;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.server.Page;
import dev.keywarden.server.Site;
import java.util.function.BooleanSupplier;

/**
 * What probes get, in both modes. {@code /health} is the reference's (wire protocol, section 13.2) and says no more than that the
 * node answers; {@code /health/live} says the same; {@code /health/ready} names what a request depends on.
 *
 * <p>Strangers may ask, so states are words of this class and never a system's or a plugin's.
 */
final class Health {
    private static final int UNAVAILABLE = 503;

    private final CurrentLog records;
    private final PluginGenerations generations;
    private final BooleanSupplier stopping;
    private volatile boolean serving;

    /** @param stopping whether the node was told to stop */
    Health(CurrentLog records, PluginGenerations generations, BooleanSupplier stopping) {
        this.records = records;
        this.generations = generations;
        this.stopping = stopping;
    }

    /** Whether keys are handed out. */
    void serves(boolean now) {
        serving = now;
    }

    /** Adds the pages. */
    Site.Builder addTo(Site.Builder site) {
        return site.page("/health", () -> Page.text("OK"))
                .page("/health/live", () -> Page.text("OK"))
                .page("/health/ready", this::ready);
    }

    private Page ready() {
        boolean keys = serving;
        boolean recording = records.problem().isEmpty();
        boolean goesOn = !stopping.getAsBoolean();
        boolean ready = keys && recording && goesOn;
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("ready", ready);
        ObjectNode dependencies = answer.putObject("dependencies");
        dependencies.put("root_keys", keys ? "ok" : "none yet");
        dependencies.put("records", recording ? "ok" : "can't be written");
        dependencies.put("plugins", "generation " + generations.number());
        dependencies.put("node", goesOn ? "ok" : "stopping");
        return ready ? Page.json(answer + "\n") : new Page(UNAVAILABLE, "application/json", answer + "\n");
    }
}
