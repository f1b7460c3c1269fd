package dev.keywarden.plugin.onchain.contract;

import dev.keywarden.plugin.onchain.rpc.Hex;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.plugin.onchain.rpc.RpcReply;
import dev.keywarden.spi.Bytes;
import java.util.Locale;

/** How the execution of a contract's function ended. Two providers agree if these are equal. */
public sealed interface CallResult {
    /** It returned. */
    record Returned(Bytes data) implements CallResult {}

    /** It reverted, with what it said. */
    record Reverted(Bytes data) implements CallResult {}

    /** It used up the gas. */
    record OutOfGas() implements CallResult {}

    /**
     * Understands the reply to an {@code eth_call}.
     *
     * <p>Nodes agree on the data of a revert only; the rest is told by their words. A node that has no words for it has
     * failed, and has not answered for the contract.
     *
     * @throws ProviderFault if the reply says nothing about the contract
     */
    static CallResult of(RpcReply reply) throws ProviderFault {
        RpcReply.RpcError error = reply.error();
        if (error == null) {
            return new Returned(reply.requireBytes());
        }
        String text = error.message().toLowerCase(Locale.ROOT);
        if (error.data().startsWith("0x")) {
            return new Reverted(Hex.bytes("the data of a revert", error.data()));
        }
        if (text.contains("outofgas") || text.contains("out of gas")) {
            return new OutOfGas();
        }
        if (text.contains("revert")) {
            return new Reverted(Bytes.EMPTY);
        }
        reply.require();
        throw new IllegalStateException("a reply with an error was required without one");
    }

    /** For people: what this provider said. */
    default String words() {
        return switch (this) {
            case Returned returned -> returnedWords(returned.data());
            case Reverted reverted -> "reverted " + Revert.words(reverted.data());
            case OutOfGas ignored -> "ran out of gas";
        };
    }

    private static String returnedWords(Bytes data) {
        try {
            AnswerReader.Verdict verdict = AnswerReader.verdict(data);
            return (verdict.allowed() ? "allows" : "denies")
                    + (verdict.reason().isEmpty() ? "" : " (" + verdict.reason() + ")");
        } catch (MalformedAnswer e) {
            return "answers what can't be read: " + e.getMessage();
        }
    }
}
