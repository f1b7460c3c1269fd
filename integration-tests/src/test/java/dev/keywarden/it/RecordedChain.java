package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The chain on which the reference's contracts were recorded, made anew with doubles of them: the same accounts send the same
 * transactions in the same blocks, so that every contract has the address that the recorded requests name.
 */
final class RecordedChain implements AutoCloseable {
    static final JsonNode CALLS = Recordings.json(Recordings.ROOT.resolve("contracts/calls.json"));
    static final JsonNode TRANSACTIONS = Recordings.json(Recordings.ROOT.resolve("contracts/txs.json"));

    private static final Map<String, String[]> DOUBLES = Map.of(
            "appImpl", new String[] {"ReferenceApp", "ReferenceApp"},
            "kmsImpl", new String[] {"ReferenceKms", "ReferenceKms"},
            "kms", new String[] {"ERC1967Proxy", "ERC1967Proxy"},
            "kmsB", new String[] {"ERC1967Proxy", "ERC1967Proxy"},
            "kmsV2", new String[] {"ReferenceUpgrades", "ReferenceKmsV2"},
            "appV2", new String[] {"ReferenceUpgrades", "ReferenceAppV2"});

    private final Anvil anvil;

    private RecordedChain(Anvil anvil) {
        this.anvil = anvil;
    }

    /** An empty chain with the settings of the recorded one. */
    static RecordedChain start() {
        Anvil anvil = Anvil.start(
                "--chain-id", "31337", "--hardfork", "cancun", "--slots-in-an-epoch", "2", "--timestamp", "1700000000");
        anvil.result("anvil_setBlockTimestampInterval", 1);
        return new RecordedChain(anvil);
    }

    Anvil anvil() {
        return anvil;
    }

    /** Sends one of the recorded transactions, alone in the block in which it was recorded; returns its receipt. */
    JsonNode send(JsonNode recorded) {
        long block = recorded.get("blockNumber").asLong();
        for (long head = head(); head < block - 1; head = head()) {
            anvil.result("evm_mine");
        }
        ObjectNode transaction = Recordings.JSON.createObjectNode();
        transaction.set("from", recorded.get("from"));
        transaction.put("gas", "0x7a1200");
        if (recorded.get("to").isNull()) {
            transaction.put("data", creationCode(recorded));
        } else {
            transaction.set("to", recorded.get("to"));
            transaction.set("data", recorded.get("calldata"));
        }
        JsonNode receipt = anvil.send(transaction);
        assertThat(receipt.get("blockNumber").asText())
                .as(recorded.get("name").asText())
                .isEqualTo(hex(block));
        return receipt;
    }

    private static String creationCode(JsonNode recorded) {
        String name = recorded.get("createsName").asText();
        String[] source = DOUBLES.get(name);
        if (source == null) {
            return OddApp.valueOf(name).creationCode();
        }
        String code = Foundry.artifact(source[0] + ".sol", source[1])
                .at("/bytecode/object")
                .asText();
        return code + recorded.get("constructorArgs").asText().substring(2);
    }

    private long head() {
        return Long.decode(anvil.result("eth_blockNumber").asText());
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    @Override
    public void close() {
        anvil.close();
    }
}
