package dev.keywarden.app.gate;

import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.DecisionRecord;
import java.util.ArrayList;
import java.util.List;

/** The decisions of one request, gathered so that they are made durable together. Not shared between threads. */
public final class DecisionTrail {
    private final DecisionLog log;
    private final String requestId;
    private final String remote;
    private final List<DecisionRecord> pending = new ArrayList<>();

    /**
     * @param requestId shared by all decisions of the request
     * @param remote the caller's address, or the empty string for the node's own acts
     */
    public DecisionTrail(DecisionLog log, String requestId, String remote) {
        this.log = log;
        this.requestId = requestId;
        this.remote = remote;
    }

    /** Id of the request. */
    public String requestId() {
        return requestId;
    }

    String remote() {
        return remote;
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
}
