package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of {@link dev.keywarden.spi.PluginContext#settings}, one by one. */
final class SettingsBinderTest {
    enum Colour {
        RED,
        DARK_BLUE
    }

    record Inner(String name, int weight) {}

    record Everything(
            String text,
            boolean flag,
            int whole,
            long wide,
            Duration pause,
            Path file,
            Bytes hash,
            Colour colour,
            List<Integer> numbers,
            List<Inner> inners,
            Inner nestedTable) {}

    record Optionals(
            @Nullable String text,
            @Nullable Boolean flag,
            @Nullable Integer whole,
            @Nullable Long wide,
            @Nullable Duration maxPause,
            @Nullable Inner inner) {
        Optionals {
            text = text == null ? "default" : text;
        }
    }

    record One<T>(T value) {}

    record Flag(boolean value) {}

    record Whole(int value) {}

    record Wide(long value) {}

    record Pause(Duration value) {}

    record Text(String value) {}

    record Hash(Bytes value) {}

    record File(Path value) {}

    record Paint(Colour value) {}

    record Numbers(List<Integer> value) {}

    record Nested(Inner value) {}

    record Named(Map<String, Inner> value) {}

    record Counts(Map<String, Integer> value) {}

    record Picky(int value) {
        Picky {
            if (value < 1) {
                throw new IllegalArgumentException("value must be at least 1, but is " + value);
            }
        }
    }

    record Careless(String value) {
        Careless {
            value = value.substring(99);
        }
    }

    @Test
    void bindsEveryKindOfComponent() {
        Map<String, Object> inner = Map.of("name", "n", "weight", 3);
        Map<String, Object> tree = Map.ofEntries(
                Map.entry("text", "t"),
                Map.entry("flag", true),
                Map.entry("whole", 7L),
                Map.entry("wide", 8),
                Map.entry("pause", "250ms"),
                Map.entry("file", "/a/b"),
                Map.entry("hash", "00fF"),
                Map.entry("colour", "dark_blue"),
                Map.entry("numbers", List.of(1, 2L)),
                Map.entry("inners", List.of(inner)),
                Map.entry("nested_table", inner));
        assertThat(SettingsBinder.bind(tree, "a.b", Everything.class))
                .isEqualTo(new Everything(
                        "t",
                        true,
                        7,
                        8,
                        Duration.ofMillis(250),
                        Path.of("/a/b"),
                        Bytes.fromHex("00ff"),
                        Colour.DARK_BLUE,
                        List.of(1, 2),
                        List.of(new Inner("n", 3)),
                        new Inner("n", 3)));
    }

    @Test
    void bindsATableWhoseKeysTheOperatorChooses() {
        Map<String, Object> table = new LinkedHashMap<>();
        table.put("zebra", Map.of("name", "z", "weight", 1));
        table.put("A b", Map.of("name", "a", "weight", 2));
        Map<String, Inner> bound =
                SettingsBinder.bind(Map.of("value", table), "a", Named.class).value();
        assertThat(bound).containsExactly(Map.entry("zebra", new Inner("z", 1)), Map.entry("A b", new Inner("a", 2)));
        assertThat(SettingsBinder.bind(Map.of("value", Map.of()), "a", Counts.class)
                        .value())
                .isEmpty();
        assertThatThrownBy(() -> SettingsBinder.bind(
                        Map.of("value", Map.of("k", Map.of("name", "n", "wait", 1))), "a", Named.class))
                .hasMessageContaining("a.value.k.wait is not a known key");
    }

    @Test
    void givesNullForWhatIsAbsentAndMayBe() {
        assertThat(SettingsBinder.bind(Map.of(), "a", Optionals.class))
                .isEqualTo(new Optionals("default", null, null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({"0s, PT0S", "250ms, PT0.25S", "5s, PT5S", "2m, PT2M", "1h, PT1H", "1d, PT24H"})
    void readsDurations(String text, Duration duration) {
        assertThat(SettingsBinder.bind(Map.of("value", text), "a", Pause.class).value())
                .isEqualTo(duration);
    }

    static List<Arguments> mismatches() {
        return List.of(
                Arguments.of(Text.class, 1, "a.value must be text, not 1"),
                Arguments.of(Flag.class, "true", "a.value must be true or false, not true"),
                Arguments.of(Whole.class, "1", "a.value must be a whole number, not 1"),
                Arguments.of(Whole.class, 1.5, "a.value must be a whole number, not 1.5"),
                Arguments.of(Whole.class, 1L << 31, "a.value is too large a number, not 2147483648"),
                Arguments.of(Pause.class, "5", "a.value must be a duration such as 250ms, 5s, 2m, 1h or 1d, not 5"),
                Arguments.of(Pause.class, "-5s", "a.value must be a duration such as 250ms, 5s, 2m, 1h or 1d, not -5s"),
                Arguments.of(Pause.class, 5, "a.value must be text, not 5"),
                Arguments.of(Hash.class, "0x00", "a.value must be hex, not 4 characters"),
                Arguments.of(Hash.class, "000", "a.value must be hex, not 3 characters"),
                Arguments.of(File.class, "a\0b", "a.value must be a path, not a\0b"),
                Arguments.of(
                        Paint.class, "dark-blue", "a.value = \"dark-blue\" is not known. Did you mean \"dark_blue\"?"),
                Arguments.of(Paint.class, "RED", "a.value = \"RED\" is not known. Known are: dark_blue, red"),
                Arguments.of(Numbers.class, 1, "a.value must be a list, not 1"),
                Arguments.of(Numbers.class, List.of(1, "x"), "a.value[1] must be a whole number, not x"),
                Arguments.of(Numbers.class, Arrays.asList(1, null), "a.value[1] must have a value, not nothing"),
                Arguments.of(Nested.class, "x", "a.value must be a table, not x"),
                Arguments.of(Nested.class, Map.of("name", "n"), "a.value.weight is missing"),
                Arguments.of(Named.class, "x", "a.value must be a table, not x"),
                Arguments.of(Named.class, Map.of("k", 1), "a.value.k must be a table, not 1"),
                Arguments.of(Named.class, Map.of("k", Map.of("name", "n")), "a.value.k.weight is missing"),
                Arguments.of(Counts.class, Map.of("k", "1"), "a.value.k must be a whole number, not 1"),
                Arguments.of(Picky.class, 0, "a: value must be at least 1, but is 0"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("mismatches")
    void saysWhichKeyIsWrongAndWhy(Class<? extends Record> type, Object value, String problem) {
        assertThatThrownBy(() -> SettingsBinder.bind(Map.of("value", value), "a", type))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.MISCONFIGURED))
                .hasMessage(problem);
    }

    @Test
    void refusesAKeyThatNothingReads() {
        assertThatThrownBy(() -> SettingsBinder.bind(Map.of("max_pauze", "5s"), "a", Optionals.class))
                .hasMessage("a.max_pauze is not a known key. Did you mean \"max_pause\"?");
        assertThatThrownBy(() -> SettingsBinder.bind(Map.of("maxPause", "5s"), "a", Optionals.class))
                .hasMessageStartingWith("a.maxPause is not a known key");
    }

    @Test
    void tellsAllProblemsAtOnceOneToALine() {
        Map<String, Object> tree = Map.of("name", 1, "heavy", true);
        assertThatThrownBy(() -> SettingsBinder.bind(tree, "a.b", Inner.class))
                .message()
                .hasLineCount(3)
                .contains("a.b.name must be text", "a.b.weight is missing", "a.b.heavy is not a known key");
    }

    @Test
    void namesKeysOfTheRootWithoutADot() {
        assertThatThrownBy(() -> SettingsBinder.bind(Map.of(), "", Text.class)).hasMessage("value is missing");
    }

    @Test
    void doesNotPassOnACrashOfTheRecord() {
        assertThatThrownBy(() -> SettingsBinder.bind(Map.of("value", "x"), "a", Careless.class))
                .isInstanceOf(PluginException.class)
                .hasMessageStartingWith("a: is refused by Careless");
    }

    @Test
    void callsAComponentOfAnotherTypeADefectOfThePlugin() {
        assertThatThrownBy(() -> SettingsBinder.bind(Map.of("value", "x"), "a", One.class))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.INTERNAL));
    }
}
