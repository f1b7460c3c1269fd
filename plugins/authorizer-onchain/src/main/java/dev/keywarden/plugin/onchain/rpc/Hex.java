package dev.keywarden.plugin.onchain.rpc;

import dev.keywarden.spi.Bytes;
import tools.jackson.databind.JsonNode;

/** Numbers and bytes as JSON-RPC writes them, read strictly. */
public final class Hex {
    private static final int LONGEST_NUMBER = 15;

    private Hex() {}

    /**
     * Bytes: {@code 0x} and an even number of digits.
     *
     * @param what the field, for the message
     * @throws ProviderFault if it is anything else
     */
    public static Bytes bytes(String what, String text) throws ProviderFault {
        if (text.startsWith("0x")) {
            try {
                return Bytes.fromHex(text.substring(2));
            } catch (IllegalArgumentException e) {
                // Said below, without repeating what may be long.
            }
        }
        throw new ProviderFault(ProviderFault.Kind.INCOMPLETE, "sent " + what + " that is not hex");
    }

    /**
     * Bytes of one width.
     *
     * @throws ProviderFault if the field is missing, is not hex, or has another width
     */
    public static Bytes bytes(JsonNode object, String field, int width) throws ProviderFault {
        Bytes value = bytes(field, object.path(field).asString(""));
        if (value.length() != width) {
            throw new ProviderFault(
                    ProviderFault.Kind.INCOMPLETE, "sent " + field + " of " + value.length() + " bytes, not " + width);
        }
        return value;
    }

    /**
     * A number of a JSON object.
     *
     * @throws ProviderFault as below
     */
    public static long number(JsonNode object, String field) throws ProviderFault {
        return number(field, object.path(field).asString(""));
    }

    /**
     * A number: {@code 0x} and 1 to 15 digits.
     *
     * @throws ProviderFault if it is missing, is not hex, or is longer
     */
    public static long number(String what, String text) throws ProviderFault {
        if (text.startsWith("0x") && text.length() > 2 && text.length() <= 2 + LONGEST_NUMBER) {
            try {
                return Long.parseUnsignedLong(text, 2, text.length(), 16);
            } catch (NumberFormatException e) {
                // Said below.
            }
        }
        throw new ProviderFault(ProviderFault.Kind.INCOMPLETE, "sent no usable number as " + what);
    }

    /** {@code 0x} and the digits of a number, without leading zeros. */
    public static String of(long number) {
        return "0x" + Long.toHexString(number);
    }

    /** {@code 0x} and the digits. */
    public static String of(Bytes bytes) {
        return "0x" + bytes.toHex();
    }
}
