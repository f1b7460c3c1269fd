package dev.keywarden.plugin.onchain.rpc;

import dev.keywarden.spi.Bytes;
import org.web3j.crypto.Keys;

/**
 * An account of the chain.
 *
 * @param bytes 20 bytes
 */
public record Address(Bytes bytes) {
    /** Length in bytes. */
    public static final int BYTES = 20;

    public Address {
        if (bytes.length() != BYTES) {
            throw new IllegalArgumentException("an address must be 20 bytes, not " + bytes.length());
        }
    }

    /**
     * Parses {@code 0x} and 40 digits. Digits of both cases must be a checksum (ERC-55): a typing error in an address is
     * otherwise invisible.
     *
     * @throws IllegalArgumentException saying what is wrong, as the rest of a sentence that begins with the key
     */
    public static Address parse(String text) {
        if (!text.matches("0x[0-9a-fA-F]{40}")) {
            throw new IllegalArgumentException("must be 0x and 40 hex digits");
        }
        Address address = new Address(Bytes.fromHex(text.substring(2)));
        String digits = text.substring(2);
        boolean oneCase = digits.equals(digits.toLowerCase(java.util.Locale.ROOT))
                || digits.equals(digits.toUpperCase(java.util.Locale.ROOT));
        if (!oneCase && !address.checksummed().equals(text)) {
            throw new IllegalArgumentException(
                    "has digits of both cases that are not its checksum (ERC-55): mistyped, or meant in lower case");
        }
        return address;
    }

    /** Whether it is all zeros, which stands for none. */
    public boolean isZero() {
        return bytes.equals(Bytes.of(new byte[BYTES]));
    }

    /** {@code 0x} and digits in lower case. */
    public String hex() {
        return "0x" + bytes.toHex();
    }

    /** With the checksum of ERC-55 in the case of its digits, as people and explorers write it. */
    public String checksummed() {
        return Keys.toChecksumAddress(hex());
    }

    @Override
    public String toString() {
        return checksummed();
    }
}
