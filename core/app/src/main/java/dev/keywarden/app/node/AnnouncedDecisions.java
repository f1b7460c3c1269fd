package dev.keywarden.app.node;

import dev.keywarden.app.audit.AuditRecord;
import dev.keywarden.app.audit.DecisionLog;
import dev.keywarden.app.audit.DecisionRecord;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells whoever started the node about decisions that are about the node's own beginning. */
record AnnouncedDecisions(DecisionLog log, NodeEvents events) implements DecisionLog {
    @Override
    public void commit(List<? extends AuditRecord> records) {
        log.commit(records);
        for (AuditRecord record : records) {
            if (record instanceof DecisionRecord decision && decision.question().gate() == Gate.BOOTSTRAP) {
                events.decision(decision);
            }
        }
    }

    @Override
    public void keep(Bytes sha256, Supplier<Bytes> content) {
        log.keep(sha256, content);
    }

    @Override
    public Optional<String> problem() {
        return log.problem();
    }

    @Override
    public void close() {
        log.close();
    }
}
