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
import java.util.function.Function;

/** A chain on one or more nodes alike, with contracts that govern a KMS and one app. */
final class GovernedChain implements AutoCloseable {
    static final String GATEWAY = "0x2222222222222222222222222222222222222222";

    /** With two slots in an epoch, so many blocks after a block it is final. */
    private static final int TO_FINALITY = 4;

    /** A node answers before it has mined; on a busy machine some time before. */
    private static final Duration MINING = Duration.ofSeconds(30);

    private final List<Anvil> nodes = new ArrayList<>();
    private Contracts contracts = new Contracts("", "");

    /** Where the KMS's contract and the app's are. */
    private record Contracts(String kms, String app) {}

    private GovernedChain(int count, long born) {
        for (int i = 0; i < count; i++) {
            Anvil node =
                    Anvil.start("--slots-in-an-epoch", "2", "--hardfork", "cancun", "--timestamp", Long.toString(born));
            // The same transactions at the same times give the same blocks, hash by hash.
            node.ask("anvil_setBlockTimestampInterval", 1);
            nodes.add(node);
        }
    }

    /** A young chain on so many nodes, with contracts of the reference's interface. */
    static GovernedChain start(int nodes) {
        return start(nodes, Duration.ofMinutes(1));
    }

    /** @param age how long ago its first block was */
    static GovernedChain start(int nodes, Duration age) {
        return deployed(nodes, age, GovernedChain::deployReference);
    }

    /** A young chain with this project's contracts, which allow the image that guests boot and one app. */
    static GovernedChain startWithRegistry() {
        return deployed(1, Duration.ofMinutes(1), GovernedChain::deployRegistry);
    }

    private static GovernedChain deployed(int nodes, Duration age, Function<GovernedChain, Contracts> deployment) {
        GovernedChain chain = new GovernedChain(nodes, Instant.now().minus(age).getEpochSecond());
        try {
            chain.contracts = deployment.apply(chain);
            return chain;
        } catch (RuntimeException | AssertionError e) {
            chain.close();
            throw e;
        }
    }

    private Contracts deployReference() {
        String appCode = create("ReferenceApp", "");
        String kms = proxy(
                create("ReferenceKms", ""), calldata("initialize(address,address)", Anvil.FIRST_ACCOUNT, appCode));
        send(kms, "setGatewayAppId(string)", GATEWAY);
        return new Contracts(
                kms,
                made(
                        kms,
                        "deployAndRegisterApp(address,bool,bool,bytes32,bytes32)",
                        Anvil.FIRST_ACCOUNT,
                        "false",
                        "true",
                        "0x" + "0".repeat(64),
                        "0x" + Guest.COMPOSE_HASH.toHex()));
    }

    private Contracts deployRegistry() {
        String manager = create("AccessManager", arguments("constructor(address)", Anvil.FIRST_ACCOUNT));
        String noDelay = arguments("constructor(uint32)", "0");
        String appCode = create("AppAllowlist", noDelay);
        String registry = proxy(
                create("AllowlistRegistry", noDelay),
                calldata(
                        "initialize(address,(bytes32,bytes32,uint48)[])",
                        manager,
                        "[(" + list("app-implementation") + ",0x" + "0".repeat(24) + appCode.substring(2) + ",0),("
                                + list("os-image") + ",0x" + Guest.OS_IMAGE_HASH.toHex() + ",0)]"));
        send(registry, "setAppImplementation(address)", appCode);
        return new Contracts(
                registry,
                made(
                        registry,
                        "createApp(address,(bytes32,bytes32,uint48)[])",
                        manager,
                        "[(" + list("compose-hash") + ",0x" + Guest.COMPOSE_HASH.toHex() + ",0),(" + list("switch")
                                + "," + list("allow-any-device") + ",0)]"));
    }

    /** The name of a list in this project's contracts. */
    static String list(String name) {
        return cast("keccak", name);
    }

    /** Sends, and gives the address that the function returns. */
    private String made(String to, String function, String... arguments) {
        String answer = nodes.getFirst()
                .result("eth_call", transaction(to, calldata(function, arguments)), "latest")
                .asText();
        send(to, function, arguments);
        return "0x" + answer.substring(answer.length() - 40);
    }

    Anvil node(int index) {
        return nodes.get(index);
    }

    /** The KMS's contract. */
    String kms() {
        return contracts.kms();
    }

    /** The app's contract, whose address is the app's id. */
    String app() {
        return contracts.app();
    }

    Bytes appId() {
        return Bytes.fromHex(app().substring(2));
    }

    /** Allows the image that guests boot. */
    GovernedChain allowImage() {
        send(kms(), "addOsImageHash(bytes32)", "0x" + Guest.OS_IMAGE_HASH.toHex());
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
        Await.until(MINING, () -> !node.receipt(hash).isNull());
        JsonNode receipt = node.receipt(hash);
        if (!receipt.path("status").asText().equals("0x1")) {
            throw new AssertionError("the transaction failed: " + receipt);
        }
        return receipt;
    }

    private static Map<String, String> transaction(String to, String data) {
        return Map.of("from", Anvil.FIRST_ACCOUNT, "to", to, "data", data);
    }

    private String proxy(String implementation, String initialisation) {
        return create("ERC1967Proxy", arguments("constructor(address,bytes)", implementation, initialisation));
    }

    /** Arguments of a constructor, without prefix, as they follow its code. */
    private static String arguments(String constructor, String... values) {
        List<String> words = new ArrayList<>(List.of("abi-encode", constructor));
        words.addAll(Arrays.asList(values));
        return cast(words.toArray(String[]::new)).substring(2);
    }

    private String create(String contract, String arguments) {
        return create(Foundry.artifact(contract + ".sol", contract), arguments);
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
        return Foundry.run(Foundry.FOLDER, Map.of(), command)
                .succeeded()
                .printed()
                .strip();
    }

    @Override
    public void close() {
        nodes.forEach(Anvil::close);
    }
}
