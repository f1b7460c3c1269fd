package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.AnswerReader;
import dev.keywarden.plugin.onchain.contract.CallResult;
import dev.keywarden.plugin.onchain.contract.KmsInterface;
import dev.keywarden.plugin.onchain.contract.MalformedAnswer;
import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.plugin.onchain.rpc.Block;
import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.plugin.onchain.rpc.RpcCall;
import dev.keywarden.plugin.onchain.rpc.RpcReply;
import dev.keywarden.spi.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;

/**
 * What the contract is at one block, whoever asks about whom.
 *
 * @param codeHash Keccak-256 of the code at its address, or {@code null} if there is none
 * @param implementation what it points to if it is a proxy (ERC-1967), else {@code null}
 * @param gatewayAppId how the call of that name ended
 * @param appImplementation likewise
 */
record ContractFacts(
        @Nullable Bytes codeHash,
        @Nullable Address implementation,
        CallResult gatewayAppId,
        CallResult appImplementation) {
    private static final int WORD = 32;

    /**
     * Asks one provider, in one round trip.
     *
     * @throws ProviderFault if it does not answer, or answers for another block
     */
    static ContractFacts of(Provider provider, Address contract, Block block, long gas) throws ProviderFault {
        String hash = block.hash();
        List<RpcReply> replies = provider.ask(List.of(
                RpcCall.blockByHash(hash),
                RpcCall.code(contract, hash),
                RpcCall.storage(contract, KmsInterface.IMPLEMENTATION_SLOT, hash),
                RpcCall.call(contract, KmsInterface.GATEWAY_APP_ID, gas, hash),
                RpcCall.call(contract, KmsInterface.APP_IMPLEMENTATION, gas, hash)));
        RpcReply header = replies.get(0);
        if (header.error() == null
                && (header.result() == null || header.result().isNull())) {
            throw new ProviderFault(ProviderFault.Kind.UNKNOWN_BLOCK, "does not have " + block + " any more");
        }
        Block sent = Block.of(header.require());
        if (!sent.equals(block)) {
            throw new ProviderFault(ProviderFault.Kind.WRONG_BLOCK, "was asked for " + block + " and sent " + sent);
        }
        Bytes code = replies.get(1).requireBytes();
        return new ContractFacts(
                code.isEmpty() ? null : Bytes.of(Hash.sha3(code.toArray())),
                implementation(replies.get(2).requireBytes()),
                CallResult.of(replies.get(3)),
                CallResult.of(replies.get(4)));
    }

    private static @Nullable Address implementation(Bytes word) throws ProviderFault {
        if (word.length() != WORD) {
            throw new ProviderFault(
                    ProviderFault.Kind.INCOMPLETE, "sent a storage word of " + word.length() + " bytes");
        }
        Address address = new Address(word.slice(WORD - Address.BYTES, Address.BYTES));
        return address.isZero() ? null : address;
    }

    /** For people who compare what providers say. */
    String words() {
        return "says code " + (codeHash == null ? "none" : codeHash.toHex().substring(0, 8)) + ", implementation "
                + (implementation == null ? "none" : implementation.checksummed()) + ", gatewayAppId() "
                + text(gatewayAppId);
    }

    private static String text(CallResult result) {
        try {
            return result instanceof CallResult.Returned returned
                    ? "returns " + AnswerReader.text(returned.data())
                    : result.words();
        } catch (MalformedAnswer e) {
            return "can't be read: " + e.getMessage();
        }
    }
}
