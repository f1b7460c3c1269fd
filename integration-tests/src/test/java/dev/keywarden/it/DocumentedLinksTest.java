package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A reader who follows a link of the documentation arrives somewhere. */
final class DocumentedLinksTest {
    private static final int LINES_OF_A_SCREEN = 50;

    @TestFactory
    Stream<DynamicTest> linksLeadSomewhere() {
        return DocumentedPage.all().stream()
                .map(page -> DynamicTest.dynamicTest(
                        DocumentedPage.ROOT.relativize(page.file()).toString(),
                        () -> page.links().forEach(link -> assertLeadsSomewhere(page, link))));
    }

    private static void assertLeadsSomewhere(DocumentedPage page, String link) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? page.file() : page.file().resolveSibling(path);
        assertThat(Files.exists(target)).as(link).isTrue();
        if (hash >= 0) {
            assertThat(DocumentedPage.read(target).hasAnchor(link.substring(hash + 1)))
                    .as(link)
                    .isTrue();
        }
    }

    @Test
    void theReadmeFitsOneScreen() {
        assertThat(DocumentedPage.read(DocumentedPage.ROOT.resolve("README.md"))
                        .text()
                        .lines())
                .hasSizeLessThanOrEqualTo(LINES_OF_A_SCREEN);
    }
}
