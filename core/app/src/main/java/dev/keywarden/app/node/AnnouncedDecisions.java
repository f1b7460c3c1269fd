package dev.keywarden.app.node;

import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.spi.Gate;
import java.util.List;

/** Tells whoever started the node about decisions that are about the node's own beginning. */
record AnnouncedDecisions(DecisionLog log, NodeEvents events) implements DecisionLog {
    @Override
    public void commit(List<DecisionRecord> records) {
        log.commit(records);
        records.stream().filter(record -> record.gate() == Gate.BOOTSTRAP).forEach(events::decision);
    }

    @Override
    public void close() {
        log.close();
    }
}
