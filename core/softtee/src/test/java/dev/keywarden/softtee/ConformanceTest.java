package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.dcap.VerifiedQuote;
import dev.keywarden.softtee.ConformanceCase.Accepted;
import dev.keywarden.softtee.ConformanceCase.Expected;
import dev.keywarden.softtee.ConformanceCase.Refused;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of {@link ConformanceCases} through the whole verification. */
class ConformanceTest {
    /** Shared, so that each case also meets what the others left behind in it. */
    private static final VerificationCache CACHE = new VerificationCache();

    static Stream<ConformanceCase> cases() {
        return ConformanceCases.all().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsTheSheetSays(ConformanceCase it) {
        ForgedEvidence evidence = it.evidence();
        assertThat(answer(evidence, VerificationCache.none()))
                .as("without cache")
                .isEqualTo(normalised(it.expected()));
        assertThat(answer(evidence, CACHE)).as("with cache").isEqualTo(normalised(it.expected()));
    }

    private static Expected answer(ForgedEvidence evidence, VerificationCache cache) {
        try {
            VerifiedQuote verified = evidence.verify(cache);
            return new Accepted(
                    verified.status(), verified.advisoryIds().stream().sorted().toList());
        } catch (DcapException e) {
            return new Refused(e.code(), e.object());
        }
    }

    private static Expected normalised(Expected expected) {
        return expected instanceof Accepted accepted
                ? new Accepted(
                        accepted.status(),
                        accepted.advisoryIds().stream().sorted().toList())
                : expected;
    }

    @Test
    void countsTheRows() {
        List<ConformanceCase> all = ConformanceCases.all();
        long rows = all.stream().mapToInt(ConformanceCase::row).distinct().count();
        System.out.printf("TDX fact sheet, section 6: %d cases in %d rows%n", all.size(), rows);
        assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThan(400);
    }
}
