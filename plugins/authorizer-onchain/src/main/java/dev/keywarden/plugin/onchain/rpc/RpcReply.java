package dev.keywarden.plugin.onchain.rpc;

import dev.keywarden.spi.Bytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a provider said to one question: a result or an error.
 *
 * @param result the result, or {@code null} if there is none
 * @param error what it says went wrong, or {@code null}
 */
public record RpcReply(@Nullable JsonNode result, @Nullable RpcError error) {
    /**
     * An error in the provider's own words.
     *
     * @param code the JSON-RPC code; what it means differs from node to node
     * @param message text
     * @param data what came with it, for a revert the contract's bytes as {@code 0x} and hex; empty if nothing
     */
    public record RpcError(int code, String message, String data) {
        private static final int LONGEST = 200;

        /** Both for people, of bounded length and on one line. */
        String words() {
            String line = message.replaceAll("\\p{Cntrl}+", " ").strip();
            return "JSON-RPC error " + code + " ("
                    + (line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line) + ")";
        }
    }

    /**
     * The result.
     *
     * @throws ProviderFault if the provider reported an error or sent nothing
     */
    public JsonNode require() throws ProviderFault {
        if (error != null) {
            throw fault(error);
        }
        if (result == null || result.isNull()) {
            throw new ProviderFault(ProviderFault.Kind.INCOMPLETE, "sent neither a result nor an error");
        }
        return result;
    }

    /**
     * The result as bytes.
     *
     * @throws ProviderFault if it is not {@code 0x} and an even number of hex digits
     */
    public Bytes requireBytes() throws ProviderFault {
        return Hex.bytes("the result", require().asString(""));
    }

    /** Whether the provider does not have the block: not yet, or no longer. Nodes differ in words, not in meaning. */
    static boolean unknownBlock(RpcError error) {
        String text = error.message().toLowerCase(java.util.Locale.ROOT);
        return error.code() == -32001
                || text.contains("unknown block")
                || text.contains("block not found")
                || text.contains("header not found")
                || text.contains("not canonical")
                || text.contains("header for hash not found");
    }

    static ProviderFault fault(RpcError error) {
        return unknownBlock(error)
                ? new ProviderFault(ProviderFault.Kind.UNKNOWN_BLOCK, "does not have the block: " + error.words())
                : new ProviderFault(ProviderFault.Kind.ERROR, "answered " + error.words());
    }
}
