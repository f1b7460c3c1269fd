package dev.keywarden.plugin.webhook;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.keywarden.spi.AuthorityInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes answers: one JSON object that has every field of wire protocol, sections 4.2 and 4.4, each of the right type and
 * none twice, with nothing after it. Fields of other names are ignored. Causes are worded as the reference words them.
 */
final class AnswerReader {
    private static final List<Field> VERDICT = List.of(
            new Field("isAllowed", Type.BOOLEAN),
            new Field("gatewayAppId", Type.STRING),
            new Field("reason", Type.STRING));
    private static final List<Field> AUTHORITY = List.of(
            new Field("status", Type.STRING),
            new Field("kmsContractAddr", Type.STRING),
            new Field("gatewayAppId", Type.STRING),
            new Field("chainId", Type.UNSIGNED),
            new Field("appImplementation", Type.STRING));

    private static final int LONGEST_QUOTED = 40;

    private final JsonFactory json;

    /** @param json must refuse duplicate names */
    AnswerReader(JsonFactory json) {
        this.json = json;
    }

    /** The answer to a question. */
    record Verdict(boolean isAllowed, String gatewayAppId, String reason) {}

    Verdict verdict(String text) throws MalformedAnswerException {
        Map<String, Object> values = read(text, VERDICT);
        return new Verdict(
                get(values, "isAllowed", Boolean.class),
                get(values, "gatewayAppId", String.class),
                get(values, "reason", String.class));
    }

    AuthorityInfo authority(String text) throws MalformedAnswerException {
        Map<String, Object> values = read(text, AUTHORITY);
        return new AuthorityInfo(
                get(values, "gatewayAppId", String.class),
                get(values, "kmsContractAddr", String.class),
                get(values, "chainId", Long.class),
                get(values, "appImplementation", String.class));
    }

    private static <T> T get(Map<String, Object> values, String name, Class<T> type) {
        return requireNonNull(type.cast(values.get(name)));
    }

    private enum Type {
        BOOLEAN("a boolean"),
        STRING("a string"),
        UNSIGNED("u64");

        private final String words;

        Type(String words) {
            this.words = words;
        }
    }

    private record Field(String name, Type type) {}

    private Map<String, Object> read(String text, List<Field> fields) throws MalformedAnswerException {
        try (JsonParser parser = json.createParser(text)) {
            Map<String, Object> values = readObject(parser, fields);
            for (Field field : fields) {
                if (!values.containsKey(field.name())) {
                    throw new MalformedAnswerException("missing field `" + field.name() + "`" + end(parser));
                }
            }
            if (parser.nextToken() != null) {
                throw new MalformedAnswerException("trailing characters" + start(parser));
            }
            return values;
        } catch (JsonProcessingException e) {
            throw new MalformedAnswerException(e.getOriginalMessage() + at(e.getLocation()));
        } catch (IOException e) {
            throw new MalformedAnswerException("it can't be read");
        }
    }

    private static Map<String, Object> readObject(JsonParser parser, List<Field> fields)
            throws IOException, MalformedAnswerException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new MalformedAnswerException("EOF while parsing a value at line 1 column 0");
        }
        if (first != JsonToken.START_OBJECT) {
            throw new MalformedAnswerException("invalid type: " + found(parser) + ", expected an object" + end(parser));
        }
        Map<String, Object> values = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Field field = find(name, fields);
            if (field == null) {
                parser.skipChildren();
            } else {
                values.put(name, value(parser, field.type()));
            }
        }
        return values;
    }

    private static @Nullable Field find(String name, List<Field> fields) {
        for (Field field : fields) {
            if (field.name().equals(name)) {
                return field;
            }
        }
        return null;
    }

    private static Object value(JsonParser parser, Type type) throws IOException, MalformedAnswerException {
        JsonToken token = parser.currentToken();
        switch (type) {
            case BOOLEAN -> {
                if (token.isBoolean()) {
                    return token == JsonToken.VALUE_TRUE;
                }
            }
            case STRING -> {
                if (token == JsonToken.VALUE_STRING) {
                    return parser.getText();
                }
            }
            case UNSIGNED -> {
                if (token == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                    long number = parser.getLongValue();
                    if (number >= 0) {
                        return number;
                    }
                }
            }
        }
        throw new MalformedAnswerException("invalid type: " + found(parser) + ", expected " + type.words + end(parser));
    }

    private static String found(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> "string \"" + abridged(parser.getText()) + "\"";
            case VALUE_NUMBER_INT -> "integer `" + abridged(parser.getText()) + "`";
            case VALUE_NUMBER_FLOAT -> "floating point `" + abridged(parser.getText()) + "`";
            case VALUE_TRUE, VALUE_FALSE -> "boolean `" + parser.getText() + "`";
            case VALUE_NULL -> "null";
            case START_ARRAY -> "sequence";
            default -> "map";
        };
    }

    private static String abridged(String text) {
        if (text.length() <= LONGEST_QUOTED) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_QUOTED - 1)) ? LONGEST_QUOTED - 1 : LONGEST_QUOTED;
        return text.substring(0, end) + "...";
    }

    /** The column of the last character of the current token, as the reference counts. */
    private static String end(JsonParser parser) {
        JsonLocation location = parser.currentLocation();
        return " at line " + location.getLineNr() + " column " + (location.getColumnNr() - 1);
    }

    private static String start(JsonParser parser) {
        return at(parser.currentTokenLocation());
    }

    private static String at(@Nullable JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + " column " + location.getColumnNr();
    }
}
