package dev.keywarden.app.audit;

import dev.keywarden.spi.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The log that a node has open at this time, for those that live longer than it: administrators, shadows and probes. */
public final class CurrentLog {
    private volatile @Nullable DecisionLog open;

    /** Makes a log the current one, until it is closed. */
    public DecisionLog opened(DecisionLog log) {
        open = log;
        return new UntilClosed(log);
    }

    /**
     * As {@link DecisionLog#commit}.
     *
     * @throws DecisionLogException also if no log is open
     */
    public void commit(List<? extends AuditRecord> records) {
        DecisionLog log = open;
        if (log == null) {
            throw new DecisionLogException(
                    "no decision log is open at this moment; try again", new IllegalStateException("not open"));
        }
        log.commit(records);
    }

    /** Why nothing can be recorded at this time; empty if it can. */
    public Optional<String> problem() {
        DecisionLog log = open;
        return log == null ? Optional.of("no decision log is open") : log.problem();
    }

    private final class UntilClosed implements DecisionLog {
        private final DecisionLog log;

        UntilClosed(DecisionLog log) {
            this.log = log;
        }

        @Override
        public void commit(List<? extends AuditRecord> records) {
            log.commit(records);
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
            open = null;
            log.close();
        }
    }
}
