package dev.keywarden.plugin.onchain.contract;

import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.spi.Bytes;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Puts into words why a contract reverted. */
public final class Revert {
    private static final String ERROR = KmsInterface.selector("Error(string)");
    private static final String PANIC = KmsInterface.selector("Panic(uint256)");
    private static final int SELECTOR = 4;
    private static final int WORD = 32;
    private static final int MOST_SHOWN = 3;

    /** Custom errors by selector: those of the reference's contracts and of OpenZeppelin's below them. */
    private static final Map<String, String> KNOWN = bySelector(
            "AccessControlUnauthorizedAccount(address,bytes32)",
            "AccessManagedUnauthorized(address)",
            "AddressEmptyCode(address)",
            "ERC1967InvalidImplementation(address)",
            "ERC1967NonPayable()",
            "EnforcedPause()",
            "FailedCall()",
            "InvalidInitialization()",
            "NotInitializing()",
            "OwnableInvalidOwner(address)",
            "OwnableUnauthorizedAccount(address)",
            "UUPSUnauthorizedCallContext()",
            "UUPSUnsupportedProxiableUUID(bytes32)");

    /** What Solidity panics with. */
    private static final Map<Integer, String> PANICS = Map.of(
            0x00, "generic",
            0x01, "assertion failed",
            0x11, "arithmetic overflow or underflow",
            0x12, "division by zero",
            0x21, "invalid enum value",
            0x22, "broken storage bytes",
            0x31, "pop from an empty array",
            0x32, "index out of bounds",
            0x41, "out of memory",
            0x51, "call of an uninitialised function");

    private Revert() {}

    /**
     * What the contract said, as the rest of a sentence that begins with "reverted".
     *
     * @param data what it returned on reverting; possibly empty
     */
    public static String words(Bytes data) {
        if (data.isEmpty()) {
            return "without saying why";
        }
        if (data.length() < SELECTOR) {
            return "with " + data.length() + " bytes that mean nothing";
        }
        String selector = "0x" + data.slice(0, SELECTOR).toHex();
        Bytes arguments = data.slice(SELECTOR, data.length() - SELECTOR);
        if (selector.equals(ERROR)) {
            return error(arguments);
        }
        if (selector.equals(PANIC) && arguments.length() == WORD) {
            return panic(new BigInteger(1, arguments.toArray()));
        }
        String signature = KNOWN.get(selector);
        return signature == null
                ? "with the unknown error " + selector + " and " + arguments.length() + " bytes"
                : "with " + known(signature, arguments);
    }

    private static String error(Bytes arguments) {
        try {
            return "with \"" + AnswerReader.text(arguments) + "\"";
        } catch (MalformedAnswer e) {
            return "with a text that can't be read: " + e.getMessage();
        }
    }

    private static String panic(BigInteger code) {
        String meaning = code.bitLength() < Integer.SIZE - 1 ? PANICS.get(code.intValue()) : null;
        return "with a panic 0x" + code.toString(16) + (meaning == null ? "" : " (" + meaning + ")");
    }

    private static String known(String signature, Bytes arguments) {
        int open = signature.indexOf('(');
        StringBuilder words = new StringBuilder(signature.substring(0, open)).append('(');
        String types = signature.substring(open + 1, signature.length() - 1);
        int count = Math.min(arguments.length() / WORD, MOST_SHOWN);
        for (int i = 0; i < count; i++) {
            Bytes word = arguments.slice(i * WORD, WORD);
            boolean address = types.split(",", -1).length > i && types.split(",", -1)[i].equals("address");
            words.append(i == 0 ? "" : ", ")
                    .append(
                            address
                                    ? new Address(word.slice(WORD - Address.BYTES, Address.BYTES)).checksummed()
                                    : "0x" + word.toHex());
        }
        return words.append(')').toString();
    }

    private static Map<String, String> bySelector(String... signatures) {
        Map<String, String> known = new HashMap<>();
        for (String signature : signatures) {
            known.put(KmsInterface.selector(signature).toLowerCase(Locale.ROOT), signature);
        }
        return Map.copyOf(known);
    }
}
