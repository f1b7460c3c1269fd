package dev.keywarden.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordFollowerTest {
    private static final long SMALL = 3000;

    @Test
    void missesNothingWhileFilesFillUp(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("decisions.jsonl");
        List<Long> seen = new ArrayList<>();
        try (RecordFollower follower = new RecordFollower(file)) {
            follower.poll(entry -> seen.add(entry.sequence()));
            assertThat(seen).isEmpty();
            for (int i = 0; i < 5; i++) {
                // Several files fill up between two looks.
                Logs.write(file, Logs.ID, 40, SMALL);
                follower.poll(entry -> seen.add(entry.sequence()));
            }
        }
        assertThat(seen)
                .containsExactlyElementsOf(LongStream.range(0, 200).boxed().toList());
    }

    @Test
    void handsOutWhatComesAlone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("decisions.jsonl");
        Logs.write(file, Logs.ID, 5, SMALL);
        List<Long> seen = new ArrayList<>();
        try (RecordFollower follower = new RecordFollower(file)) {
            follower.skip();
            Logs.write(file, Logs.ID, 2, SMALL);
            follower.poll(entry -> seen.add(entry.sequence()));
        }
        assertThat(seen).containsExactly(5L, 6L);
    }
}
