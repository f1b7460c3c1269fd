package dev.keywarden.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

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
}
