package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/defects.md} names a test for every defect, or why there is none, and what it names is there. */
final class DefectsPageTest {
    private static final int DEFECTS = 42;
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| [^|]+ \\| (.+) \\|$", Pattern.MULTILINE);
    private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(defect\\w+)`");

    @Test
    void everyDefectIsTriedOrExcused() throws IOException {
        Map<Integer, String> rows = rows();
        assertThat(rows.keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, DEFECTS).boxed().toList());
        assertThat(rows.values()).allMatch(cell -> NAMED.matcher(cell).matches() || cell.startsWith("not here: "));
    }

    @Test
    void everyNamedTestIsThereAndNamesTheDefect() throws IOException {
        for (Map.Entry<Integer, String> row : rows().entrySet()) {
            Matcher named = NAMED.matcher(row.getValue());
            if (named.matches()) {
                assertThat(named.group(2)).matches("defect(\\d+And)?" + row.getKey() + "(And\\d+)?[A-Z]\\w+");
                assertThat(source(named.group(1))).as(row.getValue()).contains(" " + named.group(2) + "(");
            }
        }
    }

    /** The other way round: no test claims a defect that the page does not tell it of. */
    @Test
    void everyTestThatNamesADefectNamesOneThatIsTried() throws IOException {
        Map<Integer, String> rows = rows();
        Pattern method = Pattern.compile(" defect(\\d+)\\w+\\(");
        for (Path file : tests()) {
            Matcher names = method.matcher(Files.readString(file));
            while (names.find()) {
                assertThat(rows.get(Integer.parseInt(names.group(1))))
                        .as(file.getFileName() + names.group())
                        .matches(NAMED);
            }
        }
    }

    private static Map<Integer, String> rows() throws IOException {
        Map<Integer, String> rows = new LinkedHashMap<>();
        Matcher matcher = ROW.matcher(Files.readString(DocumentedPage.ROOT.resolve("docs/defects.md")));
        while (matcher.find()) {
            rows.put(Integer.parseInt(matcher.group(1)), matcher.group(2));
        }
        return rows;
    }

    private static String source(String testClass) throws IOException {
        for (Path file : tests()) {
            if (file.endsWith(testClass + ".java")) {
                return Files.readString(file);
            }
        }
        throw new AssertionError("there is no " + testClass);
    }

    private static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.walk(DocumentedPage.ROOT)) {
            return files.filter(file -> file.toString().matches(".*/src/test/java/.*Test\\.java"))
                    .toList();
        }
    }
}
