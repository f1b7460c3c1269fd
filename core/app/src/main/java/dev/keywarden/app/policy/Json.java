package dev.keywarden.app.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes JSON strictly: no key twice, nothing after the end. */
final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** @throws PolicyFailure if it is not JSON, naming where it came from */
    static JsonNode parse(String text, String name) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new PolicyFailure(name + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** @throws PolicyFailure if it can't be read, or is not JSON */
    static JsonNode read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new PolicyFailure(file + ": can't be read (" + e + "). Is the name right?", e);
        }
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
