package dev.keywarden.plugin.rego.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.plugin.rego.json.Json;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against what {@code opa eval} printed for the same calls (OPA 1.22.2). */
final class GoFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "%s and %s | [\"a\", \"b\"] | a and b",
                "%d | [3] | 3",
                "%d | [3.0] | %!d(float64=3)",
                "%v | [3.5] | 3.5",
                "%v | [true] | true",
                "%v | [null] | null",
                "%v | [{\"a\": [1, \"x\"]}] | {\"a\": [1, \"x\"]}",
                "%s | [[]] | []",
                "%q | [\"a\\\"b\"] | ~\"a\\\"b\"~",
                "%5d/%-5d/%05d | [42, 42, 42] | ~   42/42   /00042~",
                "%x %X | [255, 255] | ff FF",
                "%x | [\"hi\"] | 6869",
                "%.2f | [3.14159] | 3.14",
                "100%% | [] | 100%",
                "%d | [\"a\"] | %!d(string=a)",
                "%s | [1] | %!s(int64=1)",
                "%s %s | [\"a\"] | a %!s(MISSING)",
                "a | [\"b\"] | a%!(EXTRA string=b)",
                "%d | [123456789012345678901234567890] | 123456789012345678901234567890",
                "% | [] | %!(NOVERB)",
            })
    void formatsAsOpaDoes(String format, String arguments, String expected) throws Exception {
        Object values = Json.parse(arguments.getBytes(UTF_8));
        assertThat(GoFormat.format(format, (List<?>) java.util.Objects.requireNonNull(values)))
                .isEqualTo(expected);
    }
}
