package dev.keywarden.app.gate;

import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.host.PluginGenerations;

/**
 * Where the decisions of requests begin: each takes up the plugins of the moment, and gets a log to end in.
 *
 * @param generations who decides
 * @param log where decisions become durable
 */
public record DecisionTrails(PluginGenerations generations, DecisionLog log) {
    /**
     * Begins the decisions of one request. All of them are made by the plugins that decide now.
     *
     * @param requestId shared by all decisions of the request
     * @param remote the caller's address, or the empty string for the node's own acts
     * @return to be closed when the request has ended
     */
    public DecisionTrail begin(String requestId, String remote) {
        return new DecisionTrail(log, generations.lease(), requestId, remote);
    }
}
