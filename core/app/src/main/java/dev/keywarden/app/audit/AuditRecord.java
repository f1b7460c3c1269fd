package dev.keywarden.app.audit;

import java.time.Instant;

/** What the audit log takes: one line each, whose fields {@code docs/decision-records.md} lists. */
public sealed interface AuditRecord permits DecisionRecord, AdministrativeRecord, ShadowRecord, LogRecord {
    /** When it happened. */
    Instant time();
}
