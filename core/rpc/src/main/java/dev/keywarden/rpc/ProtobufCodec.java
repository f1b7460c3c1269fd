package dev.keywarden.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The protobuf form of one message: ordinary proto3, defaults left out, unknown fields skipped. A field that is known but
 * comes with another wire type is an error, as in the reference; the library would pass over it.
 *
 * @param <T> the message
 */
public final class ProtobufCodec<T extends Message> {
    private static final String FAILED = "failed to decode Protobuf message: ";
    private static final int ERROR_FIELD = 1;

    private final T prototype;

    private ProtobufCodec(T prototype) {
        this.prototype = prototype;
    }

    /** The codec of a message type. */
    @SuppressWarnings("unchecked") // the default instance of a T is a T
    public static <T extends Message> ProtobufCodec<T> of(T prototype) {
        return new ProtobufCodec<>((T) prototype.getDefaultInstanceForType());
    }

    /** The bytes. They may hold keys, so they belong to the taker, who overwrites them when they have been used. */
    public byte[] encode(T message) {
        return message.toByteArray();
    }

    /**
     * Reads a message; {@code Empty} takes anything.
     *
     * @throws RpcException if the bytes are not that message
     */
    @SuppressWarnings("unchecked") // what a T's parser reads is a T
    public T decode(byte[] bytes) {
        if (prototype.getDescriptorForType().getFields().isEmpty()) {
            return prototype;
        }
        try {
            T message = (T) prototype.getParserForType().parseFrom(bytes);
            refuseOtherWireTypes(message);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new RpcException(FAILED + ProtobufFault.find(prototype.getDescriptorForType(), bytes), e);
        }
    }

    /** An error message: {@code string message = 1} (wire-protocol.md, section 1.4). */
    static byte[] error(String text) {
        byte[] bytes = new byte[CodedOutputStream.computeStringSize(ERROR_FIELD, text)];
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeString(ERROR_FIELD, text);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    private static void refuseOtherWireTypes(Message message) {
        Descriptor descriptor = message.getDescriptorForType();
        for (int number : message.getUnknownFields().asMap().keySet()) {
            FieldDescriptor field = descriptor.findFieldByNumber(number);
            if (field != null) {
                throw new RpcException(FAILED
                        + "%s.%s: invalid wire type (expected %s)"
                                .formatted(
                                        descriptor.getName(), field.getName(), ProtobufFault.expectedWireType(field)));
            }
        }
        for (FieldDescriptor field : descriptor.getFields()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (field.isRepeated()) {
                ((List<?>) message.getField(field)).forEach(element -> refuseOtherWireTypes((Message) element));
            } else if (message.hasField(field)) {
                refuseOtherWireTypes((Message) message.getField(field));
            }
        }
    }

    /** Walks over bytes that did not parse and says where and why; the library's own errors name no field. */
    private static final class ProtobufFault {
        private ProtobufFault() {}

        static String find(Descriptor descriptor, byte[] bytes) {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            FieldDescriptor field = null;
            try {
                while (true) {
                    field = null;
                    int tag = in.readTag();
                    if (tag == 0) {
                        break;
                    }
                    field = descriptor.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
                    skip(in, tag, field);
                }
            } catch (IOException e) {
                return where(descriptor, field) + reason(e);
            }
            return "malformed message";
        }

        private static void skip(CodedInputStream in, int tag, @Nullable FieldDescriptor field) throws IOException {
            if (field != null && field.getType() == FieldDescriptor.Type.STRING) {
                in.readStringRequireUtf8();
            } else {
                in.skipField(tag);
            }
        }

        private static String where(Descriptor descriptor, @Nullable FieldDescriptor field) {
            return field == null ? "" : descriptor.getName() + '.' + field.getName() + ": ";
        }

        private static String reason(IOException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("ended unexpectedly") || message.contains("negative size")) {
                return "buffer underflow";
            }
            if (message.contains("malformed varint")) {
                return "invalid varint";
            }
            if (message.contains("invalid tag")) {
                return "invalid tag value: 0";
            }
            if (message.contains("UTF-8")) {
                return "invalid string value: data is not UTF-8 encoded";
            }
            return message;
        }

        static String expectedWireType(FieldDescriptor field) {
            return switch (field.getType()) {
                case UINT32, UINT64, BOOL -> "Varint";
                default -> "LengthDelimited";
            };
        }
    }
}
