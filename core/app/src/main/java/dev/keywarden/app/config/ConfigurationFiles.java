package dev.keywarden.app.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the configuration files and merges them key by key, later ones winning: built-in defaults, {@code
 * /etc/kms/kms.toml}, {@code /etc/kms/kms.json}, {@code ./kms.toml}, {@code ./kms.json}, then the file of {@code --config}
 * (wire protocol, section 12).
 *
 * <p>One deliberate difference: a {@code --config} file that does not exist is an error (section 14, defect 42).
 */
public final class ConfigurationFiles {
    private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

    private final List<Path> searched;

    /** @param searched files that are read if they exist, in order */
    public ConfigurationFiles(List<Path> searched) {
        this.searched = List.copyOf(searched);
    }

    /** The search order of the reference, relative to a working directory. */
    public static ConfigurationFiles standard(Path workingDirectory) {
        return new ConfigurationFiles(List.of(
                Path.of("/etc/kms/kms.toml"),
                Path.of("/etc/kms/kms.json"),
                workingDirectory.resolve("kms.toml"),
                workingDirectory.resolve("kms.json")));
    }

    /**
     * Reads and merges.
     *
     * @param explicit the file of {@code --config}, or {@code null} if none was given
     * @throws ConfigurationException if a file can't be read or parsed, or the explicit one does not exist
     */
    public ConfigurationTree read(@Nullable Path explicit) {
        Map<String, Object> merged = defaults();
        List<Path> used = new ArrayList<>();
        for (Path file : searched) {
            // Not exists(): a file that can't be looked up must not count as one that is not there.
            if (!Files.notExists(file)) {
                merge(merged, parse(file));
                used.add(file);
            }
        }
        if (explicit != null) {
            if (!Files.exists(explicit)) {
                throw new ConfigurationException(
                        explicit + ": there is no such file. Check the path given with --config");
            }
            merge(merged, parse(explicit));
            used.add(explicit);
        }
        return new ConfigurationTree(merged, used);
    }

    private static Map<String, Object> defaults() {
        try (InputStream in = ConfigurationFiles.class.getResourceAsStream("defaults.toml")) {
            if (in == null) {
                throw new IllegalStateException("defaults.toml is missing from the application's archive");
            }
            return new TomlMapper().readValue(in, TREE);
        } catch (IOException e) {
            throw new UncheckedIOException("The built-in defaults can't be read", e);
        }
    }

    private static Map<String, Object> parse(Path file) {
        ObjectMapper mapper = file.toString().endsWith(".toml")
                ? new TomlMapper()
                : JsonMapper.builder()
                        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build();
        try {
            Map<String, Object> tree = mapper.readValue(file.toFile(), TREE);
            if (tree == null) {
                throw new ConfigurationException(file + ": must be a table, but is null");
            }
            return tree;
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
            throw new ConfigurationException(file + where + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigurationException(file + ": can't be read: " + e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // both sides come from TREE, whose nested objects have string keys
    private static void merge(Map<String, Object> into, Map<String, Object> from) {
        from.forEach((key, value) -> {
            if (value instanceof Map<?, ?> table && into.get(key) instanceof Map<?, ?> existing) {
                merge((Map<String, Object>) existing, (Map<String, Object>) table);
            } else {
                into.put(key, value);
            }
        });
    }
}
