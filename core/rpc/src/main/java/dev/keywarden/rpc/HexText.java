package dev.keywarden.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/** Bytes as hex in JSON and queries, with the leniency and the errors of wire-protocol.md section 1.7. */
final class HexText {
    private HexText() {}

    /**
     * Any number of leading {@code 0x} is dropped; what remains is an even number of digits of either case.
     *
     * @throws RpcException with the protocol's text
     */
    static ByteString parse(String text) {
        int start = 0;
        while (text.startsWith("0x", start)) {
            start += 2;
        }
        int digits = text.length() - start;
        if (digits % 2 != 0) {
            throw new RpcException("Odd number of digits");
        }
        byte[] bytes = new byte[digits / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (digit(text, start, 2 * i) << 4 | digit(text, start, 2 * i + 1));
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static int digit(String text, int start, int position) {
        char c = text.charAt(start + position);
        int value = c < 128 ? Character.digit(c, 16) : -1;
        if (value < 0) {
            throw new RpcException("Invalid character '%s' at position %d"
                    .formatted(Character.toString(text.codePointAt(start + position)), position));
        }
        return value;
    }
}
