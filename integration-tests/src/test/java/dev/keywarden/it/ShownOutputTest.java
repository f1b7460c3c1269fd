package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ShownOutputTest {
    private static final ShownOutput SHOWN = ShownOutput.of("first … ms\n\nlast (line).\n");

    @Test
    void linesComeInOrderWithOthersBetween() {
        assertThat(SHOWN.missingFrom(List.of("noise", "  first   7.5 ms", "noise", "last (line).")))
                .isEmpty();
    }

    @Test
    void aLineThatDoesNotComeIsNamed() {
        assertThat(SHOWN.missingFrom(List.of("first 7 ms"))).contains("last (line).");
        assertThat(SHOWN.missingFrom(List.of("last (line)."))).contains("first … ms");
    }

    @Test
    void theOrderCounts() {
        assertThat(SHOWN.missingFrom(List.of("last (line).", "first 7 ms"))).contains("last (line).");
    }

    @Test
    void partsOfALineAreNotEnough() {
        assertThat(SHOWN.missingFrom(List.of("first 7 ms", "last (line). And more")))
                .contains("last (line).");
        assertThat(SHOWN.missingFrom(List.of("first 7 ms", "last (line)x"))).contains("last (line).");
    }

    @Test
    void aRefusalEndsWithOne() {
        assertThat(SHOWN.exitCode()).isZero();
        assertThat(ShownOutput.of("keywarden: refused: …").exitCode()).isEqualTo(1);
    }
}
