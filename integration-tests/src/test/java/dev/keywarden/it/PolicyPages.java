package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The pages for policy authors that are generated: of the input's schema, and of the default policy's annotations. */
final class PolicyPages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PolicyPages() {}

    /** {@code docs/policy-authors/input.md}. */
    static String input() throws IOException {
        JsonNode schema =
                JSON.readTree(PolicyTool.POLICIES.resolve("schemas/input.json").toFile());
        StringBuilder page =
                new StringBuilder("""
                # The input

                %s Made from `policies/schemas/input.json`, with which `keywarden policy test` compares each policy: a
                field that is not here is an error there.

                | field | type | meaning |
                |---|---|---|
                """.formatted(schema.path("description").asText()));
        rows("", schema, page);
        return page.toString();
    }

    private static void rows(String prefix, JsonNode schema, StringBuilder page) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            row(prefix + property.getKey(), property.getValue(), page);
        }
        JsonNode others = schema.path("additionalProperties");
        if (others.isObject()) {
            row(prefix + "<name>", others, page);
        }
    }

    private static void row(String name, JsonNode schema, StringBuilder page) {
        page.append("| `")
                .append(name)
                .append("` | ")
                .append(type(schema))
                .append(" | ")
                .append(schema.path("description").asText())
                .append(" |\n");
        rows(name + ".", schema, page);
    }

    private static String type(JsonNode schema) {
        StringBuilder values = new StringBuilder();
        for (JsonNode value : schema.path("enum")) {
            values.append(values.isEmpty() ? ": " : ", ")
                    .append('`')
                    .append(value.asText())
                    .append('`');
        }
        if (schema.has("const")) {
            values.append(": `").append(schema.path("const").asText()).append('`');
        }
        String items =
                schema.has("items") ? " of " + schema.path("items").path("type").asText() + "s" : "";
        return schema.path("type").asText() + items + values;
    }

    /** {@code docs/policy-authors/default-policy.md}. */
    static String defaultPolicy() throws IOException {
        StringBuilder page = new StringBuilder("""
                # The default policy and the library

                Made from the annotations of `policies/default` and `policies/lib`. How the data looks that they decide by,
                [data.md](data.md) says.

                ## Reasons of a denial

                | code | sentence | what to do |
                |---|---|---|
                """);
        List<JsonNode> annotations = annotations();
        for (JsonNode annotation : annotations) {
            JsonNode custom = annotation.path("annotations").path("custom");
            if (custom.has("code")) {
                page.append("| `policy.%s` | %s | %s |%n"
                        .formatted(
                                custom.path("code").asText(),
                                custom.path("message").asText(),
                                custom.path("solution").asText())
                        .replace("\r", ""));
            }
        }
        String last = "";
        for (JsonNode annotation : annotations) {
            String path = path(annotation);
            JsonNode said = annotation.path("annotations");
            if (said.path("scope").asText().equals("package")) {
                page.append("\n## `").append(path).append("`\n\n").append(description(said));
                page.append("\n\n| rule | what it says |\n|---|---|\n");
                last = path;
            } else if (!said.path("custom").has("code")) {
                String rule = path.startsWith(last + ".") ? path.substring(last.length() + 1) : path;
                page.append("| `")
                        .append(rule)
                        .append("` | ")
                        .append(said.path("title").asText());
                String more = description(said);
                page.append(more.isEmpty() ? "" : ". " + more).append(" |\n");
            }
        }
        return page.toString();
    }

    private static String description(JsonNode annotation) {
        return annotation.path("description").asText().replace("\n", " ").strip();
    }

    private static String path(JsonNode annotation) {
        StringBuilder path = new StringBuilder();
        for (JsonNode part : annotation.path("path")) {
            path.append(path.isEmpty() ? "" : ".").append(part.path("value").asText());
        }
        return path.toString();
    }

    /** In the order of package, file and line. */
    private static List<JsonNode> annotations() throws IOException {
        PolicyTool inspected =
                PolicyTool.opa(PolicyTool.POLICIES.resolve("default/keywarden"), "inspect", "-a", "-f", "json", ".");
        PolicyTool library = PolicyTool.opa(PolicyTool.POLICIES.resolve("lib"), "inspect", "-a", "-f", "json", ".");
        List<JsonNode> all = new ArrayList<>();
        JSON.readTree(inspected.output()).path("annotations").forEach(all::add);
        JSON.readTree(library.output()).path("annotations").forEach(all::add);
        all.sort(Comparator.comparing((JsonNode annotation) -> packageOf(annotation))
                .thenComparing(annotation ->
                        !annotation.path("annotations").path("scope").asText().equals("package"))
                .thenComparing(
                        annotation -> annotation.path("location").path("file").asText())
                .thenComparing(
                        annotation -> annotation.path("location").path("row").asInt()));
        return all;
    }

    private static String packageOf(JsonNode annotation) {
        String path = path(annotation);
        int parts = path.startsWith("data.lib.") ? 3 : 2;
        return String.join(".", Arrays.asList(path.split("\\.", -1)).subList(0, parts));
    }
}
