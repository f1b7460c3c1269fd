package dev.keywarden.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, section 3.6, domain validation, with its two texts. */
final class DomainNameTest {
    private static final String LABEL_OF_63 = "a".repeat(63);

    @ParameterizedTest
    @ValueSource(strings = {"kms.test", "localhost", "a", "KMS-1.example.com", "10.0.0.1", "xn--bcher-kva.example"})
    void acceptsDnsNames(String domain) {
        assertThat(DomainName.require(domain)).isEqualTo(domain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bücher.example", "kms.test\u00a0"})
    void refusesWhatIsEmptyOrNotAscii(String domain) {
        assertThatThrownBy(() -> DomainName.require(domain))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("domain must be a non-empty ASCII DNS name of at most 253 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a.test", "a-.test", "a..b", "a.", ".a", "*.test", "a_b.test", "a b", "a/b", "a\n"})
    void refusesLabelsThatAreNone(String domain) {
        assertThatThrownBy(() -> DomainName.require(domain))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("domain contains an invalid DNS label");
    }

    @Test
    void countsBytes() {
        String longest = String.join(".", LABEL_OF_63, LABEL_OF_63, LABEL_OF_63, "a".repeat(61));
        assertThat(longest).hasSize(253);
        assertThat(DomainName.require(longest)).isEqualTo(longest);
        assertThatThrownBy(() -> DomainName.require(longest + "a"))
                .hasMessage("domain must be a non-empty ASCII DNS name of at most 253 bytes");
        assertThatThrownBy(() -> DomainName.require(LABEL_OF_63 + "a"))
                .hasMessage("domain contains an invalid DNS label");
    }
}
