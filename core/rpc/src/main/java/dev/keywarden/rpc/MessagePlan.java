package dev.keywarden.rpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.keywarden.rpc.proto.KmsProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a codec needs to know of a message, worked out once from its descriptor. */
final class MessagePlan {
    /** The field types that the protocol uses; a message with another one has no plan. */
    enum Kind {
        STRING("a string"),
        BYTES("a string"),
        UINT32("u32"),
        UINT64("u64"),
        BOOL("a boolean"),
        MESSAGE("a map");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }

        /** How errors name it. */
        String expected() {
            return expected;
        }

        private static Kind of(FieldDescriptor field) {
            return switch (field.getType()) {
                case STRING -> STRING;
                case BYTES -> BYTES;
                case UINT32 -> UINT32;
                case UINT64 -> UINT64;
                case BOOL -> BOOL;
                case MESSAGE -> MESSAGE;
                default ->
                    throw new IllegalArgumentException("%s has type %s, which the JSON mapping does not know"
                            .formatted(field.getFullName(), field.getType()));
            };
        }
    }

    /**
     * One field.
     *
     * @param index position in declaration order
     * @param labels the quoted name and a colon, as it stands in JSON; a second one where revisions name the field differently
     * @param nested the plan of a sub-message
     */
    record Field(
            int index,
            FieldDescriptor descriptor,
            Kind kind,
            List<String> labels,
            @Nullable MessagePlan nested) {
        String name() {
            return descriptor.getName();
        }

        boolean repeated() {
            return descriptor.isRepeated();
        }

        /** Whether absence is told from the default and written as {@code null}. */
        boolean nullable() {
            return !descriptor.isRepeated() && descriptor.hasPresence();
        }

        MessagePlan nestedPlan() {
            if (nested == null) {
                throw new IllegalStateException(descriptor.getFullName() + " is not a message");
            }
            return nested;
        }
    }

    private final Descriptor descriptor;
    private final List<Field> fields;
    private final Map<String, Field> byName;

    private MessagePlan(Descriptor descriptor, List<Field> fields) {
        this.descriptor = descriptor;
        this.fields = fields;
        this.byName = HashMap.newHashMap(fields.size());
        fields.forEach(field -> byName.put(field.name(), field));
    }

    /**
     * The plan of a message without recursion, which is all the protocol has.
     *
     * @throws IllegalArgumentException if a field has a type that the mapping does not know
     */
    static MessagePlan of(Message prototype) {
        return of(prototype.getDescriptorForType());
    }

    private static MessagePlan of(Descriptor descriptor) {
        return new MessagePlan(
                descriptor,
                descriptor.getFields().stream().map(MessagePlan::field).toList());
    }

    private static Field field(FieldDescriptor field) {
        Kind kind = Kind.of(field);
        return new Field(
                field.getIndex(), field, kind, labels(field), kind == Kind.MESSAGE ? of(field.getMessageType()) : null);
    }

    private static List<String> labels(FieldDescriptor field) {
        String second = field.getOptions().getExtension(KmsProto.alsoAs);
        return second.isEmpty() ? List.of(label(field.getName())) : List.of(label(field.getName()), label(second));
    }

    private static String label(String name) {
        return '"' + name + "\":";
    }

    /** The message's name without its package. */
    String name() {
        return descriptor.getName();
    }

    /** In declaration order. */
    List<Field> fields() {
        return fields;
    }

    @Nullable Field field(String name) {
        return byName.get(name);
    }

    /** Whether it is {@code google.protobuf.Empty}, whose JSON form is {@code null}. */
    boolean isEmptyMessage() {
        return descriptor.getFullName().equals("google.protobuf.Empty");
    }
}
