package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rules of axe for WCAG 2.2, levels A and AA, and its best practices, applied to what a browser shows. */
final class Accessibility {
    private static final String RULES = """
            const done = arguments[arguments.length - 1];
            const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
            axe.run(document, { runOnly: tags, resultTypes: ["violations", "incomplete"] }).then(
                ({ violations, passes }) => done(JSON.stringify({ violations, passed: passes.length })),
                (failure) => done(JSON.stringify({ failure: String(failure) })));
            """;

    private Accessibility() {}

    /** Each broken rule with the elements that break it. */
    static List<String> violations(Browser browser) {
        browser.run(script());
        JsonNode result = Recordings.json(String.valueOf(browser.runAsync(RULES)));
        if (result.path("passed").asInt() == 0) {
            throw new AssertionError("axe checked nothing: " + result);
        }
        List<String> violations = new ArrayList<>();
        for (JsonNode rule : result.get("violations")) {
            for (JsonNode node : rule.get("nodes")) {
                violations.add("%s: %s: %s"
                        .formatted(
                                rule.get("id").asText(),
                                node.get("html").asText(),
                                node.get("failureSummary").asText()));
            }
        }
        return violations;
    }

    private static String script() {
        try (InputStream script = Accessibility.class.getResourceAsStream("/axe.min.js")) {
            if (script == null) {
                throw new FileNotFoundException("axe.min.js is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
