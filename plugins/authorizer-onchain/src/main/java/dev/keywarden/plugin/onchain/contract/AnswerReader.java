package dev.keywarden.plugin.onchain.contract;

import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.spi.Bytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what contracts return (Solidity ABI), strictly: the one canonical encoding of the promised types and nothing else.
 *
 * <p>Web3j's decoder is not used here. It takes any word but zero for true, accepts offsets that point anywhere and data that
 * goes on after its end; an answer that grants keys must leave no room for two readings.
 */
public final class AnswerReader {
    /** Longest text that is understood, in bytes. */
    public static final int LONGEST_TEXT = 4096;

    private static final int WORD = 32;

    private AnswerReader() {}

    /** An answer to the two questions. */
    public record Verdict(boolean allowed, String reason) {}

    /**
     * {@code (bool, string)}.
     *
     * @throws MalformedAnswer if it is not exactly that
     */
    public static Verdict verdict(Bytes data) throws MalformedAnswer {
        return new Verdict(bool(data), text(data, WORD));
    }

    /**
     * {@code (string)}.
     *
     * @throws MalformedAnswer if it is not exactly that
     */
    public static String text(Bytes data) throws MalformedAnswer {
        return text(data, 0);
    }

    /**
     * {@code (address)}.
     *
     * @throws MalformedAnswer if it is not exactly that
     */
    public static Address address(Bytes data) throws MalformedAnswer {
        requireOneWord(data);
        int padding = WORD - Address.BYTES;
        requireZeros(data, 0, padding, "an address");
        return new Address(data.slice(padding, Address.BYTES));
    }

    /**
     * {@code (bool)}.
     *
     * @throws MalformedAnswer if it is not exactly that
     */
    public static boolean flag(Bytes data) throws MalformedAnswer {
        requireOneWord(data);
        return bool(data);
    }

    private static void requireOneWord(Bytes data) throws MalformedAnswer {
        if (data.length() != WORD) {
            throw MalformedAnswer.form("it returned " + data.length() + " bytes, not one word of 32");
        }
    }

    private static boolean bool(Bytes data) throws MalformedAnswer {
        BigInteger word = word(data, 0);
        if (word.bitLength() > 1) {
            throw MalformedAnswer.form("the first word is neither true nor false");
        }
        return word.signum() != 0;
    }

    /** A string that is the last of the values, whose offset stands at {@code at}. */
    private static String text(Bytes data, int at) throws MalformedAnswer {
        int start = at + WORD;
        if (!word(data, at).equals(BigInteger.valueOf(start))) {
            throw MalformedAnswer.form("the text is not where it must be");
        }
        BigInteger declared = word(data, start);
        if (declared.compareTo(BigInteger.valueOf(data.length())) > 0) {
            throw MalformedAnswer.form("the text is longer than what was returned");
        }
        int length = declared.intValueExact();
        int from = start + WORD;
        int padded = (length + WORD - 1) / WORD * WORD;
        if (data.length() != from + padded) {
            throw MalformedAnswer.form("it returned " + data.length() + " bytes, not " + (from + padded));
        }
        requireZeros(data, from + length, padded - length, "a text");
        if (length > LONGEST_TEXT) {
            throw new MalformedAnswer(
                    "reason_too_long", "it returned a text of " + length + " bytes, more than " + LONGEST_TEXT);
        }
        return utf8(data.slice(from, length));
    }

    private static String utf8(Bytes text) throws MalformedAnswer {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedAnswer("reason_not_utf8", "it returned a text that is not UTF-8");
        }
    }

    private static void requireZeros(Bytes data, int from, int count, String what) throws MalformedAnswer {
        for (int i = from; i < from + count; i++) {
            if (data.unsignedAt(i) != 0) {
                throw MalformedAnswer.form("the padding of " + what + " is not zero");
            }
        }
    }

    private static BigInteger word(Bytes data, int at) throws MalformedAnswer {
        if (data.length() < at + WORD) {
            throw MalformedAnswer.form(
                    data.isEmpty()
                            ? "it returned nothing"
                            : "it returned " + data.length() + " bytes, which is too short");
        }
        return new BigInteger(1, data.slice(at, WORD).toArray());
    }
}
