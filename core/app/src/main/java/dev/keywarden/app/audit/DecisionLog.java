package dev.keywarden.app.audit;

import java.util.List;

/** Where decision records go. */
public interface DecisionLog extends AutoCloseable {
    /**
     * Makes records durable, and returns only then.
     *
     * @param records in the order they were made
     * @throws DecisionLogException if they can't be made durable; nothing that they allow may happen then
     */
    void commit(List<DecisionRecord> records);

    @Override
    void close();

    /** A log that keeps nothing, for a node whose configuration switches records off. */
    static DecisionLog none() {
        return new DecisionLog() {
            @Override
            public void commit(List<DecisionRecord> records) {}

            @Override
            public void close() {}
        };
    }
}
