package dev.keywarden.app.audit;

import dev.keywarden.spi.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where records go, and what they rest on. */
public interface DecisionLog extends AutoCloseable {
    /**
     * Makes records durable, and returns only then.
     *
     * @param records in the order they were made
     * @throws DecisionLogException if they can't be made durable; nothing that they allow may happen then
     */
    void commit(List<? extends AuditRecord> records);

    /**
     * Keeps what a record names by its digest. What is kept already costs nothing.
     *
     * @param sha256 of the content
     * @param content asked for only if it is not there yet
     * @throws DecisionLogException if it can't be kept; nothing that rests on it may happen then
     */
    void keep(Bytes sha256, Supplier<Bytes> content);

    /** Why records can't be made durable at this time; empty if they can. */
    Optional<String> problem();

    @Override
    void close();

    /** A log that keeps nothing, for a node whose configuration switches records off. */
    static DecisionLog none() {
        return new DecisionLog() {
            @Override
            public void commit(List<? extends AuditRecord> records) {}

            @Override
            public void keep(Bytes sha256, Supplier<Bytes> content) {}

            @Override
            public Optional<String> problem() {
                return Optional.empty();
            }

            @Override
            public void close() {}
        };
    }
}
