package dev.keywarden.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The hex-JSON form of one message (wire-protocol.md, sections 1.5 to 1.7): the field names of the {@code .proto},
 * bytes as hex, integers as numbers, and on output every field in declaration order, {@code null} for what is absent and
 * may be.
 *
 * <p>Unknown fields are ignored; a field that is known and given twice, or with another type, is an error. Objects may come
 * as arrays of their fields by position, which the reference tolerates too.
 *
 * <p>Thread-safe. Make one per message type and keep it.
 *
 * @param <T> the message
 */
public final class JsonCodec<T extends Message> {
    private static final int MAX_DEPTH = 128;

    /** Characters that a JSON answer needs beside the values; only a first guess for the buffer. */
    private static final int EXPECTED_OVERHEAD = 512;

    /** Immutable; the reader's own symbol tables stay off, so that strangers can't fill them. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final T prototype;
    private final MessagePlan plan;

    private JsonCodec(T prototype) {
        this.prototype = prototype;
        this.plan = MessagePlan.of(prototype);
    }

    /**
     * The codec of a message type.
     *
     * @param prototype any instance, usually {@code getDefaultInstance()}
     * @throws IllegalArgumentException if a field has a type that the mapping does not know
     */
    @SuppressWarnings("unchecked") // the default instance of a T is a T
    public static <T extends Message> JsonCodec<T> of(T prototype) {
        return new JsonCodec<>((T) prototype.getDefaultInstanceForType());
    }

    /** Compact UTF-8 text. It may hold keys, so it belongs to the taker, who overwrites it when it has been used. */
    public byte[] encode(T message) {
        if (plan.isEmptyMessage()) {
            return "null".getBytes(StandardCharsets.US_ASCII);
        }
        JsonOutput out = new JsonOutput(2 * message.getSerializedSize() + EXPECTED_OVERHEAD);
        writeObject(out, plan, message);
        return out.finish();
    }

    /**
     * Reads a message. No bytes at all are the default message; so is anything at all where the message is {@code Empty}.
     *
     * @throws RpcException if the text is not UTF-8, not one JSON value, or does not fit the message
     */
    public T decode(byte[] json) {
        if (json.length == 0 || plan.isEmptyMessage()) {
            return prototype;
        }
        return built(JsonInput.read(FACTORY, json, plan, prototype.newBuilderForType()));
    }

    /**
     * Reads a message from a raw query string, unknown keys ignored (section 1.6).
     *
     * @throws RpcException if a known key appears twice or its value does not fit the field
     */
    public T decodeQuery(String query) {
        if (query.isEmpty() || plan.isEmptyMessage()) {
            return prototype;
        }
        return built(QueryInput.read(query, plan, prototype.newBuilderForType()));
    }

    /** An error body: an object with two spaces of indent and no line break at the end (section 1.4). */
    static byte[] error(String text) {
        return new JsonOutput(2 * text.length() + EXPECTED_OVERHEAD)
                .raw("{\n  \"error\": ")
                .string(text)
                .raw("\n}")
                .finish();
    }

    @SuppressWarnings("unchecked") // what a T's builder builds is a T
    private T built(Message.Builder builder) {
        return (T) builder.build();
    }

    private static void writeObject(JsonOutput out, MessagePlan plan, Message message) {
        char before = '{';
        for (MessagePlan.Field field : plan.fields()) {
            for (String label : field.labels()) {
                out.raw(before).raw(label);
                before = ',';
                writeField(out, field, message);
            }
        }
        if (before == '{') {
            out.raw('{');
        }
        out.raw('}');
    }

    private static void writeField(JsonOutput out, MessagePlan.Field field, Message message) {
        if (field.repeated()) {
            writeArray(out, field, (List<?>) message.getField(field.descriptor()));
        } else if (field.nullable() && !message.hasField(field.descriptor())) {
            out.raw("null");
        } else {
            writeValue(out, field, message.getField(field.descriptor()));
        }
    }

    private static void writeArray(JsonOutput out, MessagePlan.Field field, List<?> values) {
        out.raw('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            writeValue(out, field, values.get(i));
        }
        out.raw(']');
    }

    private static void writeValue(JsonOutput out, MessagePlan.Field field, Object value) {
        switch (field.kind()) {
            case STRING -> out.string((String) value);
            case BYTES -> out.hex((ByteString) value);
            case UINT32 -> out.raw(Integer.toUnsignedString((Integer) value));
            case UINT64 -> out.raw(Long.toUnsignedString((Long) value));
            case BOOL -> out.raw(value.toString());
            case MESSAGE -> writeObject(out, field.nestedPlan(), (Message) value);
        }
    }
}
