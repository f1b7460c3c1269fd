package dev.keywarden.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a stranger can do to one field of a request that is right otherwise, in both codecs.
 *
 * <p>The fields are those of the message's descriptor, so that a new one is not forgotten.
 */
final class FieldFaults {
    /** Beyond anything that a field is meant for, and within the limit of a body. */
    private static final int TOO_LONG = 1 << 20;

    private final Message good;

    private FieldFaults(Message good) {
        this.good = good;
    }

    /**
     * A body to send.
     *
     * @param field that is spoilt
     * @param fault in words
     * @param form whether what is wrong is the form, so that it must be refused; else it may be what the field allows
     */
    @SuppressWarnings("ArrayRecordComponent") // sent once and never compared
    record Fault(FieldDescriptor field, String fault, boolean form, boolean json, byte[] body) {
        @Override
        public String toString() {
            return field.getFullName() + " " + fault + (json ? " in JSON" : " in protobuf");
        }
    }

    /** Every fault of every field of a message. */
    static Stream<Fault> of(Message good) {
        FieldFaults faults = new FieldFaults(good);
        return good.getDescriptorForType().getFields().stream()
                .flatMap(field -> Stream.concat(faults.inJson(field), faults.inProtobuf(field)));
    }

    /** The right message as JSON. */
    static String json(Message message) {
        ObjectNode json = Recordings.JSON.createObjectNode();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            switch (field.getJavaType()) {
                case INT -> json.put(field.getName(), (int) message.getField(field));
                case BYTE_STRING ->
                    json.put(
                            field.getName(),
                            HexFormat.of().formatHex(((ByteString) message.getField(field)).toByteArray()));
                default -> json.put(field.getName(), (String) message.getField(field));
            }
        }
        return json.toString();
    }

    private Stream<Fault> inJson(FieldDescriptor field) {
        String whole = json(good);
        String member = member(field);
        String others = whole.substring(1, whole.length() - 1)
                .replace("," + member, "")
                .replace(member + ",", "")
                .replace(member, "");
        String before = "{" + others + (others.isEmpty() ? "" : ",");
        String name = "\"" + field.getName() + "\":";
        List<Fault> faults = new ArrayList<>();
        faults.add(json(field, "missing", false, "{" + others + "}"));
        faults.add(json(field, "too short", false, json(tooShort(field))));
        faults.add(json(field, "too long", false, json(tooLong(field))));
        faults.add(json(field, "duplicated", true, before + member + "," + member + "}"));
        faults.add(json(field, "truncated", true, before + member.substring(0, member.length() - 1)));
        faults.add(json(field, "without its value", true, before + name + "}"));
        for (String value : wrongTypes(field)) {
            faults.add(json(field, "as " + value, true, before + name + value + "}"));
        }
        return faults.stream();
    }

    private String member(FieldDescriptor field) {
        String value = Recordings.json(json(good)).get(field.getName()).toString();
        return "\"" + field.getName() + "\":" + value;
    }

    private static List<String> wrongTypes(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> List.of("\"1\"", "-1", "1.5", "1e0", "4294967296", "null", "true", "[]", "{}");
            case BYTE_STRING -> List.of("17", "null", "true", "[]", "{}", "\"1\"", "\"zz\"", "\"11 \"");
            default -> List.of("17", "null", "true", "[]", "{}", "\"\\ud800\"", "\"\\x\"");
        };
    }

    private Stream<Fault> inProtobuf(FieldDescriptor field) {
        byte[] others = good.toBuilder().clearField(field).build().toByteArray();
        byte[] alone = good.toBuilder()
                .clear()
                .setField(field, good.getField(field))
                .build()
                .toByteArray();
        List<Fault> faults = new ArrayList<>();
        faults.add(protobuf(field, "missing", false, others));
        faults.add(protobuf(field, "too short", false, tooShort(field).toByteArray()));
        faults.add(protobuf(field, "too long", false, tooLong(field).toByteArray()));
        faults.add(protobuf(field, "followed by an empty one", false, joined(others, alone, emptied(field))));
        faults.add(protobuf(field, "truncated", true, joined(others, Arrays.copyOf(alone, alone.length - 1))));
        faults.add(protobuf(field, "without its value", true, joined(others, tag(field, wireType(field)))));
        for (int wireType : List.of(
                WireFormat.WIRETYPE_VARINT,
                WireFormat.WIRETYPE_FIXED64,
                WireFormat.WIRETYPE_LENGTH_DELIMITED,
                WireFormat.WIRETYPE_START_GROUP,
                WireFormat.WIRETYPE_END_GROUP,
                WireFormat.WIRETYPE_FIXED32)) {
            if (wireType != wireType(field)) {
                byte[] value = wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED ? new byte[] {1, 1} : new byte[8];
                int length = wireType == WireFormat.WIRETYPE_VARINT
                        ? 1
                        : wireType == WireFormat.WIRETYPE_FIXED32 ? 4 : value.length;
                faults.add(protobuf(
                        field,
                        "with wire type " + wireType,
                        true,
                        joined(others, tag(field, wireType), Arrays.copyOf(value, length))));
            }
        }
        if (wireType(field) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            byte[] twoGiB = {-1, -1, -1, -1, 7, 1};
            faults.add(protobuf(field, "of 2 GiB, it says", true, joined(others, tag(field, 2), twoGiB)));
        }
        return faults.stream();
    }

    private Message tooShort(FieldDescriptor field) {
        return with(
                field,
                switch (field.getJavaType()) {
                    case INT -> 0;
                    case BYTE_STRING -> {
                        ByteString value = (ByteString) good.getField(field);
                        yield value.substring(0, value.size() - 1);
                    }
                    default -> "";
                });
    }

    private Message tooLong(FieldDescriptor field) {
        return with(
                field,
                switch (field.getJavaType()) {
                    case INT -> -1; // as unsigned, the greatest
                    case BYTE_STRING -> ((ByteString) good.getField(field)).concat(ByteString.copyFrom(new byte[1]));
                    default -> good.getField(field) + "x".repeat(TOO_LONG);
                });
    }

    private Message with(FieldDescriptor field, Object value) {
        return good.toBuilder().setField(field, value).build();
    }

    private static int wireType(FieldDescriptor field) {
        return field.getLiteType().getWireType();
    }

    /** The last of several counts, as proto3 says; what is written here is the default. */
    private static byte[] emptied(FieldDescriptor field) {
        return joined(tag(field, wireType(field)), new byte[1]);
    }

    private static byte[] tag(FieldDescriptor field, int wireType) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeTag(field.getNumber(), wireType);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static Fault json(FieldDescriptor field, String fault, boolean form, String body) {
        return new Fault(field, fault, form, true, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Fault protobuf(FieldDescriptor field, String fault, boolean form, byte[] body) {
        return new Fault(field, fault, form, false, body);
    }
}
