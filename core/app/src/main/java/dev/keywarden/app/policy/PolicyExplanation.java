package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a policy said no: the rule that each reason comes from, and the lines of the rule {@code allow} that did not hold.
 *
 * @param rules the place and title of the rule with a reason's code, by code
 * @param lines what did not hold, outermost last, as OPA came to it
 */
public record PolicyExplanation(Map<String, Line> rules, List<Line> lines) {
    private static final String ALLOW = "data.keywarden.allow";
    private static final Pattern TRACE = Pattern.compile("^(\\S+):(\\d+) +(?:\\| )*(\\w+) .*$");
    private static final String LIBRARY = "lib/";

    /**
     * A line of a policy.
     *
     * @param file from the policy's folder
     * @param row from 1
     * @param text what stands there, or the rule's title
     */
    public record Line(String file, int row, String text) {
        /** The place as editors understand it. */
        public String place() {
            return file + ":" + row;
        }
    }

    public PolicyExplanation {
        rules = Map.copyOf(rules);
        lines = List.copyOf(lines);
    }

    /** Asks OPA about one input document. */
    public static PolicyExplanation of(OpaTool opa, PolicyFolder folder, ObjectNode input) {
        return new PolicyExplanation(annotated(opa, folder), failed(opa, folder, input));
    }

    /** Codes stand in the annotations of rules, without area. */
    private static Map<String, Line> annotated(OpaTool opa, PolicyFolder folder) {
        OpaTool.Run run = opa.run(folder.root(), "", List.of("inspect", "--annotations", "--format", "json", "."));
        Map<String, Line> rules = new TreeMap<>();
        if (run.succeeded()) {
            for (JsonNode annotation : Json.parse(run.out(), "opa inspect").path("annotations")) {
                String code = annotation
                        .path("annotations")
                        .path("custom")
                        .path("code")
                        .asText("");
                if (!code.isEmpty()) {
                    JsonNode at = annotation.path("location");
                    rules.put(
                            code,
                            new Line(
                                    at.path("file").asText(),
                                    at.path("row").asInt(),
                                    annotation.path("annotations").path("title").asText()));
                }
            }
        }
        return rules;
    }

    private static List<Line> failed(OpaTool opa, PolicyFolder folder, ObjectNode input) {
        OpaTool.Run run = opa.run(
                folder.root(),
                input.toString(),
                folder.evalArguments(ALLOW, "--explain", "fails", "--format", "pretty"));
        Set<Line> lines = new LinkedHashSet<>();
        for (String trace : run.out().lines().toList()) {
            Matcher line = TRACE.matcher(trace);
            if (line.matches() && line.group(3).equals("Fail") && !line.group(1).startsWith("query")) {
                String file = relative(folder.root(), line.group(1));
                int row = Integer.parseInt(line.group(2));
                if (!file.startsWith(LIBRARY)) {
                    lines.add(new Line(file, row, source(folder.root().resolve(file), row)));
                }
            }
        }
        return new ArrayList<>(lines);
    }

    private static String relative(Path root, String file) {
        Path path = Path.of(file);
        return path.isAbsolute()
                ? root.toAbsolutePath().relativize(path).toString()
                : path.normalize().toString();
    }

    private static String source(Path file, int row) {
        try {
            List<String> text = Files.readAllLines(file);
            return row <= text.size() ? text.get(row - 1).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
