package dev.keywarden.plugin.onchain.rpc;

import java.util.List;
import java.util.Map;

/**
 * One question to a provider.
 *
 * @param method the JSON-RPC method
 * @param params its parameters
 */
public record RpcCall(String method, List<Object> params) {
    public RpcCall {
        params = List.copyOf(params);
    }

    /** The id of the provider's chain. */
    public static RpcCall chainId() {
        return new RpcCall("eth_chainId", List.of());
    }

    /** The number of its newest block. */
    public static RpcCall blockNumber() {
        return new RpcCall("eth_blockNumber", List.of());
    }

    /** A block's header, by tag or by number in hex. */
    public static RpcCall blockByNumber(String tagOrNumber) {
        return new RpcCall("eth_getBlockByNumber", List.of(tagOrNumber, false));
    }

    /** A block's header. */
    public static RpcCall blockByHash(String hash) {
        return new RpcCall("eth_getBlockByHash", List.of(hash, false));
    }

    /**
     * What a contract answers in the state after a block.
     *
     * @param data selector and arguments, {@code 0x} and hex
     * @param gas limit for the execution
     */
    public static RpcCall call(Address to, String data, long gas, String blockHash) {
        return new RpcCall(
                "eth_call",
                List.of(Map.of("to", to.hex(), "data", data, "gas", "0x" + Long.toHexString(gas)), at(blockHash)));
    }

    /** A contract's code. */
    public static RpcCall code(Address contract, String blockHash) {
        return new RpcCall("eth_getCode", List.of(contract.hex(), at(blockHash)));
    }

    /** One word of a contract's storage. */
    public static RpcCall storage(Address contract, String slot, String blockHash) {
        return new RpcCall("eth_getStorageAt", List.of(contract.hex(), slot, at(blockHash)));
    }

    /** A block named by its hash, which must be part of the provider's chain (EIP-1898). */
    private static Map<String, Object> at(String blockHash) {
        return Map.of("blockHash", blockHash, "requireCanonical", true);
    }
}
