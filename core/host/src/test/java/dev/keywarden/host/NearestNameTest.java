package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNameTest {
    @Test
    void namesTheNearest() {
        assertThat(NearestName.hint("alowlist", List.of("webhook", "allowlist")))
                .isEqualTo(". Did you mean \"allowlist\"?");
    }

    @Test
    void listsWhatIsKnownIfNothingIsNear() {
        assertThat(NearestName.hint("rego", List.of("webhook", "allowlist")))
                .isEqualTo(". Known are: allowlist, webhook");
    }

    @Test
    void saysSoIfNothingIsKnown() {
        assertThat(NearestName.hint("rego", List.of())).isEqualTo(". Nothing is known here");
    }

    @Test
    void prefersTheFirstInOrderOfTwoEquallyNear() {
        assertThat(NearestName.find("ax", List.of("ac", "ab"))).contains("ab");
    }
}
