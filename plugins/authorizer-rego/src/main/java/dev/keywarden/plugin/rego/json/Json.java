package dev.keywarden.plugin.rego.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON as plain values: {@code Map<String, Object>} in the order of the text, {@code List<Object>}, {@link
 * String}, {@link JsonNumber}, {@link Boolean} and {@code null}.
 */
public final class Json {
    /** Deep enough for any document of a policy, and far from the end of a stack. */
    private static final int MAX_DEPTH = 200;

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(64 << 20)
            .build();

    /** Refuses duplicate names, and does not remember names, which strangers choose. */
    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final JsonFactory LENIENT = JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private Json() {}

    /** The factory behind this class, for streaming. */
    public static JsonFactory factory() {
        return STRICT;
    }

    /**
     * Reads one value with nothing after it.
     *
     * @throws MalformedJsonException if it is no JSON, has a name twice in an object, or is nested deeper than 200
     */
    public static @Nullable Object parse(byte[] text) throws MalformedJsonException {
        return parse(STRICT, text);
    }

    /** As {@link #parse}, and of a name that is there twice the last value counts. */
    public static @Nullable Object parseLenient(byte[] text) throws MalformedJsonException {
        return parse(LENIENT, text);
    }

    private static @Nullable Object parse(JsonFactory factory, byte[] text) throws MalformedJsonException {
        try (JsonParser in = factory.createParser(text)) {
            if (in.nextToken() == null) {
                throw new MalformedJsonException("it is empty");
            }
            Object value = value(in);
            if (in.nextToken() != null) {
                throw new MalformedJsonException("something follows the value");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new MalformedJsonException("it is not UTF-8");
        }
    }

    /**
     * Reads one member of an object and skips the others.
     *
     * @return its value, or null if it is not there
     * @throws MalformedJsonException if the text up to there is no JSON
     */
    public static @Nullable Object member(byte[] text, String name) throws MalformedJsonException {
        try (JsonParser in = LENIENT.createParser(text)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = in.currentName().equals(name);
                in.nextToken();
                if (wanted) {
                    return value(in);
                }
                in.skipChildren();
            }
            return null;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new MalformedJsonException("it is not UTF-8");
        }
    }

    /**
     * Checks text without keeping it: that it is one JSON object and nothing else.
     *
     * @throws MalformedJsonException if it is not
     */
    public static void requireObject(byte[] text) throws MalformedJsonException {
        try (JsonParser in = STRICT.createParser(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedJsonException("it is no object");
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = in.nextToken();
                if (token == null) {
                    throw new MalformedJsonException("it ends too early");
                }
                depth += token.isStructStart() ? 1 : 0;
                depth -= token.isStructEnd() ? 1 : 0;
                if (token == JsonToken.VALUE_STRING) {
                    in.getTextLength();
                }
            }
            if (in.nextToken() != null) {
                throw new MalformedJsonException("something follows the object");
            }
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new MalformedJsonException("it is not UTF-8");
        }
    }

    /** Where and why, without an excerpt of the text. */
    public static MalformedJsonException malformed(JsonProcessingException e) {
        String why = e.getOriginalMessage() == null ? "it is no JSON" : firstLine(e.getOriginalMessage());
        return new MalformedJsonException(
                e instanceof JsonParseException && e.getLocation() != null
                        ? "line " + e.getLocation().getLineNr() + ", column "
                                + e.getLocation().getColumnNr() + ": " + why
                        : why);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    /** Reads the value that the parser is at. */
    public static @Nullable Object value(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> object(in);
            case START_ARRAY -> array(in);
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(in.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new JsonParseException(in, "no value");
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser in) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            object.put(name, value(in));
        }
        return Collections.unmodifiableMap(object);
    }

    private static List<@Nullable Object> array(JsonParser in) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(in));
        }
        return Collections.unmodifiableList(array);
    }

    /** Writes a value compactly, as UTF-8. */
    public static byte[] write(@Nullable Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = STRICT.createGenerator(bytes)) {
            write(out, value);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case String text -> out.writeString(wellFormed(text));
            case Boolean truth -> out.writeBoolean(truth);
            case Number number -> out.writeNumber(number.toString());
            case Map<?, ?> object -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> entry : object.entrySet()) {
                    out.writeFieldName(wellFormed(String.valueOf(entry.getKey())));
                    write(out, entry.getValue());
                }
                out.writeEndObject();
            }
            case List<?> array -> {
                out.writeStartArray();
                for (Object element : array) {
                    write(out, element);
                }
                out.writeEndArray();
            }
            default -> throw new IllegalArgumentException("no JSON: " + value.getClass());
        }
    }

    /** The text with the replacement character for each half of a character, which UTF-8 can't say. */
    public static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            mended = mended == null ? new StringBuilder(text) : mended;
            mended.setCharAt(i, '\uFFFD');
        }
        return mended == null ? text : mended.toString();
    }
}
