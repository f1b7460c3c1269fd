package dev.keywarden.dcap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON as the TDX fact sheet, section 1.5, rule 11, demands: UTF-8 without byte-order mark, 32 levels at most, no
 * member twice, nothing after the closing brace. The outermost value must be an object.
 *
 * <p>Values become {@code Map}, {@code List}, {@code String}, {@code Long} for plain non-negative integers, and one of
 * {@link Other} for what no field of ours may be.
 */
final class StrictJson {
    /** Levels of nesting, the outermost object being the first. */
    static final int MAX_DEPTH = 32;

    private static final int MAX_NAME_LENGTH = 256;
    private static final int MAX_NUMBER_LENGTH = 64;
    private static final int MAX_PLAIN_DIGITS = 18;

    // Names are not interned: they come from strangers and would stay for the life of the process.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            .build();

    /** Values that are JSON but never what is looked for. */
    enum Other {
        NULL,
        BOOLEAN,
        NUMBER
    }

    /** Not JSON as it must be, or not of the schema. Says which, for people. */
    static final class MalformedJsonException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        MalformedJsonException(String message) {
            super(message, null, false, false);
        }

        /** The message; unlike in other exceptions never {@code null}. */
        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private final JsonParser parser;

    private StrictJson(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads an object that is all of the text. */
    static JsonObject parse(ByteView utf8, int maxBytes) throws MalformedJsonException {
        return parse(decode(utf8, maxBytes));
    }

    static JsonObject parse(String text) throws MalformedJsonException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedJsonException("not a JSON object");
            }
            Map<String, Object> members = new StrictJson(parser).object();
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("something after the closing brace");
            }
            return new JsonObject("", members);
        } catch (IOException e) {
            // The library's messages quote the input; its place says enough.
            throw new MalformedJsonException("not JSON, or nested or long beyond the limits");
        }
    }

    /** Decodes UTF-8, strictly. */
    static String decode(ByteView utf8, int maxBytes) throws MalformedJsonException {
        if (utf8.length() > maxBytes) {
            throw new MalformedJsonException("%d bytes; at most %d are accepted".formatted(utf8.length(), maxBytes));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("not UTF-8");
        }
    }

    /** A parser over text, for those who need places and not values. */
    static JsonParser parser(String text) throws IOException {
        return FACTORY.createParser(text);
    }

    private Map<String, Object> object() throws IOException, MalformedJsonException {
        Map<String, Object> members = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (members.put(name, value(parser.nextToken())) != null) {
                throw new MalformedJsonException("member \"" + DcapException.clip(name) + "\" twice");
            }
        }
        return members;
    }

    private List<Object> array() throws IOException, MalformedJsonException {
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(value(token));
        }
        return elements;
    }

    private Object value(JsonToken token) throws IOException, MalformedJsonException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> integer(parser.getText());
            case VALUE_NUMBER_FLOAT -> Other.NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> Other.BOOLEAN;
            case VALUE_NULL -> Other.NULL;
            default -> throw new MalformedJsonException("not JSON");
        };
    }

    private static Object integer(String text) {
        boolean plain = text.length() <= MAX_PLAIN_DIGITS && text.charAt(0) != '-';
        return plain ? (Object) Long.valueOf(text) : Other.NUMBER;
    }
}
