package dev.keywarden.app.audit;

import java.time.Instant;

/**
 * What happened to the log itself: a repair at start, or the end of a time in which nothing could be recorded.
 *
 * @param time when it was noticed
 * @param event {@code repaired}, {@code adopted} or {@code recovered}
 * @param details in a sentence
 */
public record LogRecord(Instant time, String event, String details) implements AuditRecord {}
