package dev.keywarden.app.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Logs for tests. */
final class Logs {
    static final String ID = "0011223344556677";
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:06Z"));

    private Logs() {}

    /** Never full. */
    static AuditSettings settings(Path file) {
        return settings(file, Long.MAX_VALUE);
    }

    static AuditSettings settings(Path file, long rotateBytes) {
        return new AuditSettings(
                file, rotateBytes, Duration.ofDays(3650), null, file.resolveSibling("evidence"), 1 << 20);
    }

    /** Writes a log of records that are as short as records get. */
    static void write(Path file, String log, int records, long rotateBytes) throws IOException {
        try (LogFiles files =
                LogFiles.open(settings(file, rotateBytes), LogFiles::onDisk, () -> log, CLOCK.instant())) {
            RecordBody body = new RecordBody("node");
            List<byte[]> batch = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                batch.add(body.of(Records.refused("r" + i, "no", Instant.EPOCH.plusMillis(i))));
                // Files fill up between batches only, and each costs a flush.
                if (rotateBytes < Long.MAX_VALUE || i == records - 1) {
                    files.append(batch, Instant.EPOCH.plusMillis(i));
                    batch.clear();
                }
            }
        }
    }

    static LogVerification.Report verify(Path file) throws IOException {
        return new LogVerification(file).run(null, done -> {});
    }

    static LogHead head(Path file) throws IOException {
        return LogHead.parse(Files.readString(new LogFolder(file).head())).orElseThrow();
    }
}
