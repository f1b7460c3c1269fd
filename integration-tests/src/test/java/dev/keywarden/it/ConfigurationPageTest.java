package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of all configuration keys says what the distribution knows, no more and no less. */
final class ConfigurationPageTest {
    private static final Path PAGE =
            DocumentedPage.ROOT.resolve("docs").resolve("operators").resolve("configuration.md");

    /** One line of the page. */
    private record Row(String key, String type, String value) {}

    private static KnownKeys known;
    private static Map<String, Row> rows;

    @BeforeAll
    static void readBoth() {
        known = KnownKeys.ofTheDistribution();
        rows = DocumentedPage.read(PAGE).tableRows("key", "type", "default").stream()
                .map(cells -> new Row(DocumentedPage.code(cells.get(0)), cells.get(1), cells.get(2)))
                .collect(Collectors.toMap(
                        Row::key,
                        Function.identity(),
                        (one, other) -> {
                            throw new AssertionError("the page has " + one.key() + " twice");
                        },
                        LinkedHashMap::new));
    }

    @AfterAll
    static void close() throws Exception {
        known.close();
    }

    @Test
    void everyKeyOfTheCodeIsOnThePageAndNoOther() {
        assertThat(rows.keySet())
                .containsExactlyInAnyOrderElementsOf(known.keys().keySet());
    }

    @Test
    void typesAreThoseOfTheCode() {
        for (Row row : rows.values()) {
            // Behind the first comma stand units and bounds.
            assertThat(row.type().split(",", -1)[0]).as(row.key()).isEqualTo(typeOf(row));
        }
    }

    private static String typeOf(Row row) {
        return known.keys().get(row.key()).type();
    }

    @Test
    void defaultsAreThoseOfTheCode() {
        for (Row row : rows.values()) {
            assertThat(row.value())
                    .as(row.key())
                    .isEqualTo(known.keys().get(row.key()).shownDefault());
        }
    }

    @Test
    void everyPluginOfTheDistributionHasAPageAndItsSettingsAreThere() {
        for (Map.Entry<String, List<String>> plugin : known.settingsOfPlugins().entrySet()) {
            String page = DocumentedPage.read(DocumentedPage.ROOT.resolve("docs/plugins/" + plugin.getKey() + ".md"))
                    .text();
            for (String setting : plugin.getValue()) {
                // mock.md names the four measurements of its machine in one line.
                String last = setting.substring(setting.lastIndexOf('.') + 1);
                assertThat(page)
                        .as("%s of plugin %s", setting, plugin.getKey())
                        .containsAnyOf("`" + setting + "`", "`." + last + "`");
            }
        }
    }
}
