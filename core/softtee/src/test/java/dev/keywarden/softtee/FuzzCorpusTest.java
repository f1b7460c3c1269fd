package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.keywarden.attestation.EventLogFuzz;
import dev.keywarden.attestation.MessagePackEnvelopeFuzz;
import dev.keywarden.attestation.ScaleEnvelopeFuzz;
import dev.keywarden.dcap.CollateralFuzz;
import dev.keywarden.dcap.QeIdentityFuzz;
import dev.keywarden.dcap.QuoteFuzz;
import dev.keywarden.dcap.SgxExtensionFuzz;
import dev.keywarden.dcap.TcbInfoFuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fuzz targets of all parsers over the corpus that is kept beside them, and over mutations of it that are the same on every run; {@code
 * ./keywarden fuzz} looks for new ones.
 */
class FuzzCorpusTest {
    private static final Path CORPUS = Path.of("src", "test", "fuzz");
    private static final int MUTATIONS = 4000;

    private record Target(String name, Consumer<byte[]> run) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Target> targets() {
        return Stream.of(
                new Target("quote", QuoteFuzz::fuzzerTestOneInput),
                new Target("certificate-extension", SgxExtensionFuzz::fuzzerTestOneInput),
                new Target("tcb-info", TcbInfoFuzz::fuzzerTestOneInput),
                new Target("qe-identity", QeIdentityFuzz::fuzzerTestOneInput),
                new Target("collateral", CollateralFuzz::fuzzerTestOneInput),
                new Target("event-log", EventLogFuzz::fuzzerTestOneInput),
                new Target("envelope-0", ScaleEnvelopeFuzz::fuzzerTestOneInput),
                new Target("envelope-1", MessagePackEnvelopeFuzz::fuzzerTestOneInput));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void survivesItsCorpusAndMutationsOfIt(Target target) throws IOException {
        List<byte[]> corpus = corpus(target.name());
        Random random = new Random(1);
        for (byte[] input : corpus) {
            assertThatCode(() -> target.run().accept(input)).doesNotThrowAnyException();
        }
        for (int run = 0; run < MUTATIONS; run++) {
            byte[] mutated = mutate(corpus.get(random.nextInt(corpus.size())), random);
            assertThatCode(() -> target.run().accept(mutated)).doesNotThrowAnyException();
        }
    }

    private static List<byte[]> corpus(String target) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(target))) {
            return files.sorted()
                    .map(file -> {
                        try {
                            return Files.readAllBytes(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    /** A copy cut short or with some bytes replaced. */
    private static byte[] mutate(byte[] input, Random random) {
        int length = random.nextInt(4) == 0 ? random.nextInt(input.length + 1) : input.length;
        byte[] mutated = Arrays.copyOf(input, length);
        for (int change = random.nextInt(5); change > 0 && length > 0; change--) {
            mutated[random.nextInt(length)] = (byte) random.nextInt(256);
        }
        return mutated;
    }
}
