package dev.keywarden.app.gate;

import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The decisions of one request, made by one generation of plugins and gathered so that they are made durable together. Not
 * shared between threads.
 */
public final class DecisionTrail implements AutoCloseable {
    private final DecisionLog log;
    private final PluginGenerations.Lease plugins;
    private final String requestId;
    private final String remote;
    private final List<DecisionRecord> pending = new ArrayList<>();

    DecisionTrail(DecisionLog log, PluginGenerations.Lease plugins, String requestId, String remote) {
        this.log = log;
        this.plugins = plugins;
        this.requestId = requestId;
        this.remote = remote;
    }

    /** The plugins that decide this request, from its beginning to its end. */
    public PluginGenerations.Lease plugins() {
        return plugins;
    }

    /** Id of the request. */
    public String requestId() {
        return requestId;
    }

    String remote() {
        return remote;
    }

    /** Keeps what a decision rests on, before the decision is made durable. */
    void keep(Bytes sha256, Supplier<Bytes> content) {
        log.keep(sha256, content);
    }

    void add(DecisionRecord record) {
        pending.add(record);
    }

    /**
     * Makes everything gathered so far durable. Whatever the decisions allow may happen only after this returned.
     *
     * @throws dev.keywarden.app.audit.DecisionLogException if that fails
     */
    public void commit() {
        log.commit(pending);
        pending.clear();
    }

    /** Lets go of the plugins. What was not committed is dropped. */
    @Override
    public void close() {
        plugins.close();
    }
}
