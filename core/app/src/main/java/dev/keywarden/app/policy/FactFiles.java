package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lists outside of a policy, as the node's fact sources have them: one entry a line, a hex key alone or JSON with its
 * {@code key} and attributes. What they have of a question's keys becomes its {@code facts}.
 *
 * @param sources by name of the list
 */
public record FactFiles(Map<String, Source> sources) {
    private static final Pattern KEY = Pattern.compile("[0-9a-f]+(/[0-9a-f]+)*");

    /**
     * One list.
     *
     * @param key fields of the boot info, joined with {@code /}
     * @param place the file or folder it was read from
     * @param entries attributes by key
     */
    public record Source(String key, Path place, Map<String, JsonNode> entries) {}

    public FactFiles {
        sources = Map.copyOf(sources);
    }

    /**
     * Reads lists.
     *
     * @param specifications each {@code NAME:KEY:FILE}; the file may be a folder, of which every {@code *.jsonl} counts
     * @throws PolicyFailure if one is of another shape, or a line is broken, naming it
     */
    public static FactFiles read(List<String> specifications) {
        Map<String, Source> sources = new LinkedHashMap<>();
        for (String specification : specifications) {
            String[] parts = specification.split(":", 3);
            if (parts.length != 3 || Stream.of(parts).anyMatch(String::isEmpty)) {
                throw new PolicyFailure("--facts " + specification
                        + ": write NAME:KEY:FILE, for example images:os_image_hash:images.jsonl");
            }
            Path place = Path.of(parts[2]);
            Map<String, JsonNode> entries = new HashMap<>();
            for (Path file : files(place)) {
                readFile(file, entries);
            }
            sources.put(parts[0], new Source(parts[1], place, entries));
        }
        return new FactFiles(sources);
    }

    private static List<Path> files(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new PolicyFailure(place + ": can't be read (" + e + "). Is the name right?", e);
        }
    }

    private static void readFile(Path file, Map<String, JsonNode> into) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new PolicyFailure(file + ": can't be read (" + e + "). Is the name right?", e);
        }
        int number = 0;
        for (String line : lines) {
            number++;
            if (!line.isBlank()) {
                readLine(line.strip(), file + ":" + number, into);
            }
        }
    }

    private static void readLine(String line, String name, Map<String, JsonNode> into) {
        ObjectNode attributes = Json.object();
        String key = line;
        if (line.startsWith("{")) {
            attributes = (ObjectNode) Json.parse(line, name);
            JsonNode given = attributes.remove("key");
            key = given == null ? "" : given.asText();
        }
        if (!KEY.matcher(key).matches()) {
            throw new PolicyFailure(name + ": the key must be hex in lower case without 0x");
        }
        if (into.put(key, attributes) != null) {
            throw new PolicyFailure(name + ": the key " + key + " was there before");
        }
    }

    /** What the lists have of a machine. */
    ObjectNode facts(ObjectNode bootInfo) {
        ObjectNode facts = Json.object();
        sources.forEach((name, source) -> {
            List<String> values = new ArrayList<>();
            for (String field : source.key().split("/", -1)) {
                values.add(bootInfo.path(field).asText());
            }
            JsonNode entry = source.entries().get(String.join("/", values));
            if (entry != null) {
                facts.set(name, entry);
            }
        });
        return facts;
    }
}
