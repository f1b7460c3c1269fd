package dev.keywarden.plugin.onchain.contract;

import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.crypto.Hash;

/**
 * The view functions of the reference's KMS contract (wire protocol, section 4.6).
 *
 * <p>Selectors are the first four bytes of the Keccak-256 of each signature.
 */
public final class KmsInterface {
    /** The machine, in the order of its fields. */
    static final String MACHINE = "(address,bytes32,address,bytes32,bytes32,bytes32,bytes32,string,string[])";

    /** May this machine be a KMS? */
    static final String IS_KMS_ALLOWED = selector("isKmsAllowed(" + MACHINE + ")");

    /** May this machine have the app's keys? */
    static final String IS_APP_ALLOWED = selector("isAppAllowed(" + MACHINE + ")");

    /** Which gateway may apps trust? */
    public static final String GATEWAY_APP_ID = selector("gatewayAppId()");

    /** Which implementation do new apps get? */
    public static final String APP_IMPLEMENTATION = selector("appImplementation()");

    /** Where a proxy keeps the address of its implementation (ERC-1967). */
    public static final String IMPLEMENTATION_SLOT =
            "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

    /** The longest status and advisory that are sent, in UTF-8 bytes; as the reference's service has it. */
    public static final int LONGEST_TEXT = 256;

    /** The most advisories that are sent; as the reference's service has it. */
    public static final int MOST_ADVISORIES = 128;

    /** 32, the place of the one argument. */
    private static final String FIRST_OFFSET = "0".repeat(2 * BootInfo.HASH_BYTES - 2) + "20";

    private KmsInterface() {}

    /** The selector of a function, {@code 0x} and 8 digits. */
    public static String selector(String signature) {
        return Hash.sha3String(signature).substring(0, 10);
    }

    /** A question about one 32-byte value: selector and word. */
    public static String about(String selector, Bytes value) {
        if (value.length() != BootInfo.HASH_BYTES) {
            throw new IllegalArgumentException("a value must be 32 bytes, not " + value.length());
        }
        return selector + value.toHex();
    }

    /** A question about an address. */
    public static String about(String selector, Address value) {
        return selector
                + "0".repeat(2 * (BootInfo.HASH_BYTES - Address.BYTES))
                + value.bytes().toHex();
    }

    static String question(String selector, BootInfo machine) {
        DynamicStruct struct = new DynamicStruct(
                address(machine.appId()),
                word(machine.composeHash()),
                address(machine.instanceId()),
                word(machine.deviceId()),
                word(machine.mrAggregated()),
                word(machine.mrSystem()),
                word(machine.osImageHash()),
                new Utf8String(machine.tcbStatus()),
                new DynamicArray<>(
                        Utf8String.class,
                        machine.advisoryIds().stream().map(Utf8String::new).toList()));
        // One dynamic argument: its offset, then itself.
        return selector + FIRST_OFFSET + TypeEncoder.encode(struct);
    }

    /** An id, or zero where the machine names none, which is how the interface says so. Other widths can't occur. */
    private static org.web3j.abi.datatypes.Address address(Bytes id) {
        return new org.web3j.abi.datatypes.Address("0x" + (id.isEmpty() ? "00".repeat(Address.BYTES) : id.toHex()));
    }

    private static Bytes32 word(Bytes hash) {
        return new Bytes32(hash.isEmpty() ? new byte[BootInfo.HASH_BYTES] : hash.toArray());
    }
}
