package dev.keywarden.app.audit;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where records lie, and how many of them.
 *
 * @param file the file that records are added to; full ones lie beside it
 * @param rotateBytes size from which a file is full
 * @param rotateAfter age of its first record from which a file is full
 * @param keepFor age of its last record from which a full file is removed, or {@code null} to keep all
 * @param evidenceFolder where evidence lies by digest
 * @param evidenceBytes how much of it is kept; zero keeps none
 */
public record AuditSettings(
        Path file,
        long rotateBytes,
        Duration rotateAfter,
        @Nullable Duration keepFor,
        Path evidenceFolder,
        long evidenceBytes) {}
