package dev.keywarden.plugin.mock;

import static dev.keywarden.plugin.mock.Recordings.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedFileTest {
    private final Path directory;

    SeedFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void makesASeedOnceAndKeepsIt() throws Exception {
        assertThat(seedFile().read()).isEmpty();
        Bytes seed = seedFile().readOrCreate();

        assertThat(seed.length()).isEqualTo(32);
        assertThat(seedFile().readOrCreate()).isEqualTo(seed);
        assertThat(seedFile().read()).contains(seed);
        assertThat(directory.resolve("seed")).hasContent(seed.toHex() + "\n");
        assertThat(directory).isDirectoryContaining("glob:**/seed");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void letsNobodyElseReadIt() throws Exception {
        seedFile().readOrCreate();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("seed"))))
                .isEqualTo("rw-------");
    }

    @Test
    void givesAllWhoMakeOneAtOnceTheSame() throws Exception {
        List<Callable<Bytes>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            calls.add(() -> seedFile().readOrCreate());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Bytes> seeds = new ArrayList<>();
            for (Future<Bytes> result : threads.invokeAll(calls)) {
                seeds.add(result.get());
            }
            assertThat(seeds).containsOnly(seeds.getFirst());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5a", "no digits", "long"})
    void refusesAFileThatIsNoSeedAndLeavesItAlone(String content) throws Exception {
        String written =
                switch (content) {
                    case "no digits" -> "x".repeat(64) + "\n";
                    case "long" -> "5a".repeat(33) + "\n";
                    default -> content;
                };
        Path file = Files.writeString(directory.resolve("seed"), written);

        for (PluginException failure : List.of(
                failure(() -> seedFile().read()), failure(() -> seedFile().readOrCreate()))) {
            assertThat(failure.kind()).isEqualTo(PluginException.Kind.MISCONFIGURED);
            assertThat(failure).hasMessageStartingWith(file.toString()).hasMessageContaining("delete it");
        }
        assertThat(file).hasContent(written);
    }

    @Test
    void refusesAFileWithoutItsLineEnd() throws Exception {
        Files.writeString(directory.resolve("seed"), "5a".repeat(32) + "5");

        assertThat(failure(() -> seedFile().read())).hasMessageContaining("one line");
    }

    @Test
    void saysWhatToDoWhereNothingCanBeWritten() {
        SeedFile file = new SeedFile(directory.resolve("missing"), new SecureRandom());
        PluginException failure = failure(file::readOrCreate);

        assertThat(failure.kind()).isEqualTo(PluginException.Kind.MISCONFIGURED);
        assertThat(failure).hasMessageContaining("core.attestation.mock.seed");
    }

    private SeedFile seedFile() {
        return new SeedFile(directory, new SecureRandom());
    }
}
