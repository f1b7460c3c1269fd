package dev.keywarden.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.server.Page;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SameOriginGuardTest {
    private static Optional<Page> refusal(Map<String, String> headers) {
        Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sent.putAll(headers);
        return new SameOriginGuard().refuse(name -> sent.getOrDefault(name, ""));
    }

    @Test
    void letsClientsThatAreNoBrowsersIn() {
        assertThat(refusal(Map.of("Host", "10.0.0.7:8000"))).isEmpty();
        assertThat(refusal(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.7:8000, 10.0.0.7:8000",
        "https://kms.example.com, kms.example.com",
        "http://kms.example.com, KMS.example.com",
        "http://[::1]:8000, [::1]:8000",
    })
    void letsThisNodesOwnPageIn(String origin, String host) {
        assertThat(refusal(Map.of("Origin", origin, "Host", host))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "https://evil.example",
                "http://10.0.0.7",
                "http://10.0.0.7:8001",
                "http://10.0.0.7:8000.evil.example",
                "http://evil.example/10.0.0.7:8000",
                "file://10.0.0.7:8000",
                "10.0.0.7:8000",
            })
    void refusesOtherPages(String origin) {
        assertThat(refusal(Map.of("Origin", origin, "Host", "10.0.0.7:8000"))).hasValueSatisfying(page -> {
            assertThat(page.status()).isEqualTo(403);
            assertThat(page.body()).contains("\"error\"", "Open the node's own page");
        });
    }

    @Test
    void refusesAnOriginThatNoHostCanBeHeldAgainst() {
        assertThat(refusal(Map.of("Origin", "http://"))).isPresent();
        assertThat(refusal(Map.of("Origin", "http://kms.example.com"))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "same-origin, cors, true",
        "none, navigate, true",
        "cross-site, navigate, true",
        "cross-site, no-cors, false",
        "same-site, no-cors, false",
        "same-site, cors, false",
        "something-new, no-cors, false",
        "cross-site, '', false",
    })
    void refusesWhatOtherSitesEmbed(String site, String mode, boolean allowed) {
        assertThat(refusal(Map.of("Host", "localhost:8000", "Sec-Fetch-Site", site, "Sec-Fetch-Mode", mode))
                        .isEmpty())
                .isEqualTo(allowed);
    }
}
