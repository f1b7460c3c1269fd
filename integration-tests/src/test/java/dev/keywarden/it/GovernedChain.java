package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.spi.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A chain on one or more nodes alike, with contracts of the reference's interface and one app. */
final class GovernedChain implements AutoCloseable {
    static final String GATEWAY = "0x2222222222222222222222222222222222222222";

    /** With two slots in an epoch, so many blocks after a block it is final. */
    private static final int TO_FINALITY = 4;

    /** A node answers before it has mined; on a busy machine some time before. */
    private static final Duration MINING = Duration.ofSeconds(30);

    private final List<Anvil> nodes = new ArrayList<>();
    private final String kms;
    private final String app;

    private GovernedChain(int count, long born) {
        for (int i = 0; i < count; i++) {
            Anvil node =
                    Anvil.start("--slots-in-an-epoch", "2", "--hardfork", "cancun", "--timestamp", Long.toString(born));
            // The same transactions at the same times give the same blocks, hash by hash.
            node.ask("anvil_setBlockTimestampInterval", 1);
            nodes.add(node);
        }
        String appCode = create(Foundry.artifact("ReferenceApp.sol", "ReferenceApp"), "");
        String kmsCode = create(Foundry.artifact("ReferenceKms.sol", "ReferenceKms"), "");
        kms = proxy(kmsCode, calldata("initialize(address,address)", Anvil.FIRST_ACCOUNT, appCode));
        send(kms, "setGatewayAppId(string)", GATEWAY);
        String deploy = "deployAndRegisterApp(address,bool,bool,bytes32,bytes32)";
        String[] arguments = {
            Anvil.FIRST_ACCOUNT, "false", "true", "0x" + "0".repeat(64), "0x" + Guest.COMPOSE_HASH.toHex()
        };
        String answer = nodes.getFirst()
                .result("eth_call", transaction(kms, calldata(deploy, arguments)), "latest")
                .asText();
        app = "0x" + answer.substring(answer.length() - 40);
        send(kms, deploy, arguments);
    }

    /** A young chain on so many nodes. */
    static GovernedChain start(int nodes) {
        return start(nodes, Duration.ofMinutes(1));
    }

    /** @param age how long ago its first block was */
    static GovernedChain start(int nodes, Duration age) {
        return new GovernedChain(nodes, Instant.now().minus(age).getEpochSecond());
    }

    Anvil node(int index) {
        return nodes.get(index);
    }

    /** The KMS's contract. */
    String kms() {
        return kms;
    }

    /** The app's contract, whose address is the app's id. */
    String app() {
        return app;
    }

    Bytes appId() {
        return Bytes.fromHex(app.substring(2));
    }

    /** Allows the image that guests boot. */
    GovernedChain allowImage() {
        send(kms, "addOsImageHash(bytes32)", "0x" + Guest.OS_IMAGE_HASH.toHex());
        return this;
    }

    /** Mines until everything so far is final. */
    GovernedChain finality() {
        nodes.forEach(node -> node.result("anvil_mine", "0x" + Integer.toHexString(TO_FINALITY), "0x1"));
        return this;
    }

    /** Sends to every node, each of which mines it. */
    JsonNode send(String to, String function, String... arguments) {
        return sendData(to, calldata(function, arguments));
    }

    private JsonNode sendData(String to, String data) {
        JsonNode receipt = null;
        for (Anvil node : nodes) {
            receipt = mined(node, transaction(to, data));
        }
        return receipt;
    }

    static JsonNode mined(Anvil node, Map<String, String> transaction) {
        ObjectNode priced = Recordings.JSON.valueToTree(transaction);
        priced.put("gas", "0x7a1200").put("maxFeePerGas", "0x2540be400").put("maxPriorityFeePerGas", "0x3b9aca00");
        String hash = node.result("eth_sendTransaction", priced).asText();
        JsonNode receipt = node.result("eth_getTransactionReceipt", hash);
        long deadline = System.nanoTime() + MINING.toNanos();
        while (receipt.isNull() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            receipt = node.result("eth_getTransactionReceipt", hash);
        }
        if (!receipt.path("status").asText().equals("0x1")) {
            throw new AssertionError("the transaction failed: " + receipt);
        }
        return receipt;
    }

    private static Map<String, String> transaction(String to, String data) {
        return Map.of("from", Anvil.FIRST_ACCOUNT, "to", to, "data", data);
    }

    private String proxy(String implementation, String initialisation) {
        return create(
                Foundry.artifact("ERC1967Proxy.sol", "ERC1967Proxy"),
                cast("abi-encode", "constructor(address,bytes)", implementation, initialisation)
                        .substring(2));
    }

    private String create(JsonNode artifact, String arguments) {
        JsonNode receipt = null;
        for (Anvil node : nodes) {
            receipt = mined(
                    node,
                    Map.of(
                            "from",
                            Anvil.FIRST_ACCOUNT,
                            "data",
                            artifact.at("/bytecode/object").asText() + arguments));
        }
        return receipt.path("contractAddress").asText();
    }

    /** Selector and arguments, as Foundry's own encoder has them. */
    static String calldata(String function, String... arguments) {
        List<String> words = new ArrayList<>(List.of("calldata", function));
        words.addAll(Arrays.asList(arguments));
        return cast(words.toArray(String[]::new));
    }

    private static String cast(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Foundry.tool("cast").toString());
        command.addAll(Arrays.asList(arguments));
        return Foundry.run(Foundry.FOLDER, Map.of(), command).succeeded().printed().strip();
    }

    @Override
    public void close() {
        nodes.forEach(Anvil::close);
    }
}
