package dev.keywarden.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message from JSON text.
 *
 * <p>Bytes that are not plain ASCII are decoded strictly as UTF-8 before a parser sees them: the library would accept other
 * encodings, a byte order mark and overlong sequences, and what two readers understand differently is where trouble starts.
 *
 * <p>Errors are worded and placed as the reference words and places them as far as that is known; columns count from one.
 */
final class JsonInput {
    private static final int MAX_ECHO = 100;
    private static final long END = Long.MAX_VALUE;

    private final JsonParser parser;
    private final byte[] json;

    private JsonInput(JsonParser parser, byte[] json) {
        this.parser = parser;
        this.json = json;
    }

    /**
     * Fills a builder.
     *
     * @throws RpcException if the text is not one JSON value that fits the plan
     */
    static Message.Builder read(JsonFactory factory, byte[] json, MessagePlan plan, Message.Builder builder) {
        try (JsonParser parser = isPlainAscii(json) ? factory.createParser(json) : decodedStrictly(factory, json)) {
            new JsonInput(parser, json).whole(plan, builder);
            return builder;
        } catch (IOException e) {
            throw new RpcException("JSON could not be read", e);
        }
    }

    /** Zero counts as not plain: the library takes it for a sign of UTF-16. */
    private static boolean isPlainAscii(byte[] json) {
        for (byte b : json) {
            if (b <= 0) {
                return false;
            }
        }
        return true;
    }

    private static JsonParser decodedStrictly(JsonFactory factory, byte[] json) throws IOException {
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            throw new RpcException("invalid unicode code point: JSON must be UTF-8", e);
        }
        return factory.createParser(text.array(), text.arrayOffset() + text.position(), text.remaining());
    }

    private void whole(MessagePlan plan, Message.Builder builder) throws IOException {
        JsonToken first = next();
        if (first == null) {
            throw failure("EOF while parsing a value", END);
        }
        message(first, plan, builder);
        JsonToken rest;
        try {
            rest = parser.nextToken();
        } catch (IOException e) {
            rest = JsonToken.NOT_AVAILABLE;
        }
        if (rest != null) {
            throw failure("trailing characters", startOfRest());
        }
    }

    private void message(JsonToken token, MessagePlan plan, Message.Builder builder) throws IOException {
        switch (token) {
            case START_OBJECT -> object(plan, builder);
            case START_ARRAY -> positional(plan, builder);
            default -> throw wrongType(token, "struct " + plan.name());
        }
    }

    private void object(MessagePlan plan, Message.Builder builder) throws IOException {
        BitSet seen = new BitSet();
        while (next() == JsonToken.FIELD_NAME) {
            MessagePlan.Field field = plan.field(parser.currentName());
            if (field == null) {
                skipValue();
                continue;
            }
            if (seen.get(field.index())) {
                throw failure("duplicate field `" + field.name() + "`", here());
            }
            seen.set(field.index());
            set(field, required(next()), builder);
        }
    }

    private void positional(MessagePlan plan, Message.Builder builder) throws IOException {
        for (MessagePlan.Field field : plan.fields()) {
            JsonToken token = required(next());
            if (token == JsonToken.END_ARRAY) {
                return;
            }
            set(field, token, builder);
        }
        if (next() != JsonToken.END_ARRAY) {
            throw failure("trailing characters", here());
        }
    }

    private void set(MessagePlan.Field field, JsonToken token, Message.Builder builder) throws IOException {
        if (token == JsonToken.VALUE_NULL && field.nullable()) {
            return;
        }
        if (!field.repeated()) {
            builder.setField(field.descriptor(), value(field, token, builder));
            return;
        }
        if (token != JsonToken.START_ARRAY) {
            throw wrongType(token, "a sequence");
        }
        for (JsonToken element = required(next()); element != JsonToken.END_ARRAY; element = required(next())) {
            builder.addRepeatedField(field.descriptor(), value(field, element, builder));
        }
    }

    private Object value(MessagePlan.Field field, JsonToken token, Message.Builder builder) throws IOException {
        return switch (field.kind()) {
            case STRING -> string(token);
            case BYTES -> bytes(token);
            case UINT32, UINT64 -> number(field.kind(), token);
            case BOOL -> bool(token);
            case MESSAGE -> {
                Message.Builder nested = builder.newBuilderForField(field.descriptor());
                message(token, field.nestedPlan(), nested);
                yield nested.build();
            }
        };
    }

    private String string(JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw wrongType(token, MessagePlan.Kind.STRING.expected());
        }
        try {
            return wellFormed(parser.getText());
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** An escape may name half a surrogate pair, which no UTF-8 text can hold. */
    private String wellFormed(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
            if (pair) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw failure("lone leading surrogate in hex escape", here());
            }
        }
        return value;
    }

    private Object bytes(JsonToken token) throws IOException {
        String hex = string(token);
        try {
            return HexText.parse(hex);
        } catch (RpcException e) {
            throw failure(e.text(), afterValue());
        }
    }

    private Object number(MessagePlan.Kind kind, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType(token, kind.expected());
        }
        String digits = parser.getText();
        if (FieldText.isDigits(digits)) {
            try {
                return FieldText.unsigned(kind, digits);
            } catch (RpcException e) {
                // told below, with the number
            }
        }
        throw failure("invalid value: integer `%s`, expected %s".formatted(shortened(digits), kind.expected()), here());
    }

    private boolean bool(JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrongType(token, MessagePlan.Kind.BOOL.expected());
        };
    }

    private void skipValue() throws IOException {
        try {
            parser.nextToken();
            parser.skipChildren();
            parser.finishToken();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private @Nullable JsonToken next() {
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private JsonToken required(@Nullable JsonToken token) {
        if (token == null) {
            throw failure("EOF while parsing a value", END);
        }
        return token;
    }

    private RpcException wrongType(JsonToken token, String expected) throws IOException {
        String found =
                switch (token) {
                    case VALUE_STRING -> "string \"" + shortened(string(token)) + '"';
                    case VALUE_NUMBER_INT -> "integer `" + shortened(parser.getText()) + '`';
                    case VALUE_NUMBER_FLOAT -> "floating point `" + shortened(parser.getText()) + '`';
                    case VALUE_TRUE, VALUE_FALSE -> "boolean `" + parser.getText() + '`';
                    case VALUE_NULL -> "null";
                    case START_ARRAY -> "sequence";
                    case START_OBJECT -> "map";
                    default -> "something else";
                };
        return failure("invalid type: " + found + ", expected " + expected, here());
    }

    private static String shortened(String value) {
        return value.length() <= MAX_ECHO ? value : value.substring(0, MAX_ECHO) + "...";
    }

    private RpcException malformed(IOException cause) {
        if (!(cause instanceof JsonEOFException)) {
            return failure(parser.currentToken() == null ? "expected value" : "malformed JSON", here());
        }
        String read = new String(json, StandardCharsets.UTF_8).stripTrailing();
        String missing =
                read.endsWith(":") ? "a value" : parser.getParsingContext().inArray() ? "a list" : "an object";
        return failure("EOF while parsing " + missing, END);
    }

    private RpcException failure(String what, long offset) {
        int line = 1;
        int column = 0;
        String text = new String(json, StandardCharsets.UTF_8);
        for (int i = 0; i < Math.min(offset, text.length()); i++) {
            column++;
            if (text.charAt(i) == '\n') {
                line++;
                column = 0;
            }
        }
        return new RpcException("%s at line %d column %d".formatted(what, line, column));
    }

    /** Characters up to the end of the current token. */
    private long here() {
        JsonToken token = parser.currentToken();
        long start = offset(parser.currentTokenLocation());
        if (token == null || start < 0) {
            return Math.max(1, offset(parser.currentLocation()));
        }
        try {
            return switch (token) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_NULL, VALUE_TRUE, VALUE_FALSE ->
                    start + parser.getTextLength();
                case START_OBJECT, START_ARRAY -> start + 1;
                default -> offset(parser.currentLocation());
            };
        } catch (IOException e) {
            return start;
        }
    }

    /** Where the reference places what is wrong inside a string: behind what ends the field. */
    private long afterValue() {
        return offset(parser.currentLocation()) + 1;
    }

    private long startOfRest() {
        return Math.max(1, offset(parser.currentTokenLocation()) + 1);
    }

    /** In characters, which bytes are where the parser reads bytes. */
    private static long offset(JsonLocation location) {
        return location.getCharOffset() >= 0 ? location.getCharOffset() : location.getByteOffset();
    }
}
