package dev.keywarden.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over bytes that did not parse and says where and why, in the reference's words; the library's own errors name no
 * field.
 */
final class ProtobufFault {
    private final CodedInputStream in;

    private ProtobufFault(byte[] bytes) {
        this.in = CodedInputStream.newInstance(bytes);
    }

    /** What is wrong with bytes that the library refused as a message of this type. */
    static String find(Descriptor descriptor, byte[] bytes) {
        ProtobufFault walk = new ProtobufFault(bytes);
        try {
            while (!walk.in.isAtEnd()) {
                walk.field(descriptor);
            }
        } catch (Fault e) {
            return e.text;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        return "malformed message";
    }

    static String expectedWireType(FieldDescriptor field) {
        return switch (field.getType()) {
            case UINT32, UINT64, BOOL -> "Varint";
            default -> "LengthDelimited";
        };
    }

    private void field(Descriptor descriptor) throws IOException {
        int tag = (int) varint("");
        int number = WireFormat.getTagFieldNumber(tag);
        if (number == 0) {
            throw new Fault("invalid tag value: " + tag);
        }
        FieldDescriptor field = descriptor.findFieldByNumber(number);
        String where = field == null ? "" : descriptor.getName() + '.' + field.getName() + ": ";
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> varint(where);
            case WireFormat.WIRETYPE_FIXED32 -> bytes(where, Integer.BYTES);
            case WireFormat.WIRETYPE_FIXED64 -> bytes(where, Long.BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> delimited(where, field);
            default -> throw new Fault(where + "invalid wire type value: " + WireFormat.getTagWireType(tag));
        }
    }

    private void delimited(String where, @Nullable FieldDescriptor field) throws IOException {
        byte[] content = bytes(where, varint(where));
        if (field != null
                && field.getType() == FieldDescriptor.Type.STRING
                && !ByteString.copyFrom(content).isValidUtf8()) {
            throw new Fault(where + "invalid string value: data is not UTF-8 encoded");
        }
    }

    private long varint(String where) throws IOException {
        try {
            return in.readRawVarint64();
        } catch (InvalidProtocolBufferException e) {
            throw new Fault(where + "invalid varint");
        }
    }

    private byte[] bytes(String where, long size) throws IOException {
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw new Fault(where + "buffer underflow");
        }
        try {
            return in.readRawBytes((int) size);
        } catch (InvalidProtocolBufferException e) {
            throw new Fault(where + "buffer underflow");
        }
    }

    /** Ends the walk. */
    private static final class Fault extends IOException {
        private static final long serialVersionUID = 1L;

        private final String text;

        Fault(String text) {
            super(text);
            this.text = text;
        }
    }
}
