package dev.keywarden.rpc;

import java.math.BigInteger;

/** Turns the textual form of a number into the value of a field. */
final class FieldText {
    private static final int MAX_DIGITS = 20; // of 2^64 - 1

    private FieldText() {}

    /**
     * The value to set on a builder, or a failure if the decimal digits don't fit.
     *
     * @param digits ASCII digits only
     * @throws RpcException if the number is too large for the field
     */
    static Object unsigned(MessagePlan.Kind kind, String digits) {
        int bits = kind == MessagePlan.Kind.UINT32 ? Integer.SIZE : Long.SIZE;
        if (digits.length() > MAX_DIGITS || new BigInteger(digits).bitLength() > bits) {
            throw new RpcException("number too large to fit in target type");
        }
        // Not a conditional expression: that would widen the int.
        if (kind == MessagePlan.Kind.UINT32) {
            return Integer.parseUnsignedInt(digits);
        }
        return Long.parseUnsignedLong(digits);
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
