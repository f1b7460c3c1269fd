package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.plugin.onchain.contract.KmsInterface;
import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.spi.Bytes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Hash;
import tools.jackson.databind.JsonNode;

final class OperatorToolTest {
    private static final String ACTOR = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    private static final String IMAGE = "a3".repeat(32);
    private static final String MACHINE = """
            {"attestationMode": "dstack-tdx", "mrAggregated": "%1$s", "mrSystem": "%1$s", "osImageHash": "%1$s",
             "appId": "%2$s", "composeHash": "%1$s", "instanceId": "", "deviceId": "0x%1$s", "tcbStatus": "UpToDate",
             "advisoryIds": []}
            """.formatted(IMAGE, ACTOR);

    private final Nodes nodes = Nodes.of(3);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void close() throws Exception {
        nodes.close();
    }

    private int run(String... words) {
        return nodes.authorizer().run(new PrintWriter(out), new PrintWriter(err), words);
    }

    private List<JsonNode> lines() {
        return out.toString().lines().map(NodeDouble.JSON::readTree).toList();
    }

    @Test
    void showsWhatIsWrongWithEachProvider() {
        nodes.get(1).answers("eth_chainId", (params, data) -> "0x1");
        assertThat(run("status")).isZero();
        assertThat(lines()).hasSize(4);
        assertThat(lines().get(0).path("state").asString()).isEqualTo("ok");
        assertThat(lines().get(1).path("state").asString()).isEqualTo("is on chain 1, not on 31337");
        assertThat(lines().get(3).path("agree").asString()).isEqualTo("2 of 3");
        assertThat(lines().get(3).path("block").asLong()).isEqualTo(100);
    }

    @Test
    void saysWithTheCodeWhyNothingCanBeDecided() {
        nodes.all().forEach(node -> node.body(text -> "<html>"));
        assertThat(run("status")).isEqualTo(1);
        assertThat(err.toString()).startsWith("onchain.provider_malformed: the chain can't be read");
    }

    @Test
    void decidesNowAndAtABlockOfThePast() {
        nodes.all()
                .forEach(node -> node.answers("eth_call", (params, data) -> {
                    if (data.equals(KmsInterface.GATEWAY_APP_ID) || data.equals(KmsInterface.APP_IMPLEMENTATION)) {
                        return Encoded.text("");
                    }
                    boolean past = params.get(1).path("blockHash").asString().equals(node.hash(7));
                    return Encoded.verdict(past, past ? "" : "removed since");
                }));
        assertThat(run("check", "app", MACHINE)).isEqualTo(1);
        assertThat(run("check", "kms", MACHINE, "7")).isZero();
        assertThat(lines().get(0).path("reason").asString()).isEqualTo("removed since");
        assertThat(lines().get(1).path("outcome").asString()).isEqualTo("allow");
        assertThat(lines().get(1).path("block_number").asString()).isEqualTo("7");
    }

    @Test
    void tellsWhoAddedAndRemovedAnEntry() {
        nodes.all()
                .forEach(node -> node.answers(
                        "eth_getLogs",
                        (params, data) -> List.of(
                                log(node, 3, "os-image", IMAGE, true),
                                log(node, 9, "os-image", IMAGE, false),
                                noise(node))));
        assertThat(run("events", "0", "0x" + IMAGE)).isZero();
        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0).path("change").asString()).isEqualTo("added");
        assertThat(lines().get(1).path("change").asString()).isEqualTo("removed");
        assertThat(lines().get(1).path("by").asString()).isEqualTo(new Address(Bytes.fromHex(ACTOR)).checksummed());
        assertThat(lines().get(1).path("block").asLong()).isEqualTo(9);
        assertThat(run("events", "0", "0x" + "00".repeat(32))).isZero();
        assertThat(lines()).hasSize(2);
    }

    @Test
    void historiesThatDifferDisagree() {
        for (NodeDouble node : nodes.all()) {
            node.answers(
                    "eth_getLogs",
                    (params, data) -> List.of(log(node, nodes.all().indexOf(node), "os-image", IMAGE, true)));
        }
        assertThat(run("events", "0")).isEqualTo(1);
        assertThat(err.toString()).startsWith("onchain.providers_disagree");
    }

    private static Map<String, Object> log(NodeDouble node, long block, String policy, String value, boolean enabled) {
        return Map.of(
                "address",
                NodeDouble.CONTRACT,
                "blockNumber",
                "0x" + Long.toHexString(block),
                "blockHash",
                node.hash(block),
                "logIndex",
                "0x1",
                "transactionHash",
                "0x" + "77".repeat(32),
                "data",
                "0x" + Encoded.word(enabled ? 1 : 0),
                "topics",
                List.of(
                        Hash.sha3String("PolicyChanged(address,bytes32,bytes32,bool)"),
                        "0x" + "0".repeat(24) + ACTOR,
                        Hash.sha3String(policy),
                        "0x" + value));
    }

    private static Map<String, Object> noise(NodeDouble node) {
        return Map.of(
                "address",
                NodeDouble.CONTRACT,
                "blockNumber",
                "0x5",
                "blockHash",
                node.hash(5),
                "logIndex",
                "0x0",
                "transactionHash",
                "0x" + "78".repeat(32),
                "data",
                "0x",
                "topics",
                List.of());
    }

    @Test
    void namesWhatAProposalWouldStop() {
        nodes.all().forEach(node -> node.answers(
                        "eth_getLogs", (params, data) -> List.of(log(node, 3, "os-image", IMAGE, true)))
                .answers("eth_simulateV1", (params, data) -> simulated(params, false)));
        String proposal = "{\"from\": \"0x" + ACTOR + "\", \"to\": \"" + NodeDouble.CONTRACT
                + "\", \"data\": \"0x9425bac6" + IMAGE + "\"}";
        assertThat(run("simulate", proposal, "[{\"kms\": false, \"machine\": " + MACHINE + "}]", "0"))
                .as(err.toString())
                .isZero();
        assertThat(lines())
                .anySatisfy(line -> {
                    assertThat(line.path("subject").asString()).isEqualTo("os image 0x" + IMAGE);
                    assertThat(line.path("then").asString()).isEqualTo("not listed");
                })
                .anySatisfy(line -> {
                    assertThat(line.path("subject").asString())
                            .startsWith("app 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
                    assertThat(line.path("change").asString()).isEqualTo("stops");
                });
    }

    @Test
    void aProposalThatFailsIsNoForecast() {
        nodes.all().forEach(node -> node.answers("eth_getLogs", (params, data) -> List.of())
                .answers("eth_simulateV1", (params, data) -> simulated(params, true)));
        String proposal =
                "{\"from\": \"0x" + ACTOR + "\", \"to\": \"" + NodeDouble.CONTRACT + "\", \"data\": \"0x12345678\"}";
        assertThat(run("simulate", proposal, "[]", "0")).isEqualTo(1);
        assertThat(err.toString()).contains("onchain.proposal_reverted", "would fail: the contract reverted without");
    }

    /** Before the proposal, which is what has a sender, everything is allowed; after it nothing is. */
    private static Object simulated(JsonNode params, boolean fails) {
        List<Object> results = new ArrayList<>();
        boolean after = false;
        for (JsonNode call : params.get(0).path("blockStateCalls").path(0).path("calls")) {
            boolean proposed = call.has("from");
            after |= proposed;
            boolean flag = call.path("data").asString().length() < 100;
            String answer = flag ? "0x" + Encoded.word(after ? 0 : 1) : Encoded.verdict(!after, after ? "gone" : "");
            results.add(Map.of("status", proposed && fails ? "0x0" : "0x1", "returnData", proposed ? "0x" : answer));
        }
        return List.of(Map.of("calls", results));
    }

    @Test
    void readsProposalsInThreeForms() {
        String to = NodeDouble.CONTRACT;
        String one = "{\"to\": \"" + to + "\", \"data\": \"0x12\"}";
        assertThat(Proposal.read(NodeDouble.JSON.readTree(one)).calls()).hasSize(1);
        assertThat(Proposal.read(NodeDouble.JSON.readTree("[" + one + "," + one + "]"))
                        .calls())
                .hasSize(2);
        assertThat(Proposal.read(NodeDouble.JSON.readTree("{\"meta\": {\"createdFromSafeAddress\": \"0x" + ACTOR
                                + "\"}, \"transactions\": [" + one + "]}"))
                        .calls())
                .containsExactly(
                        new Proposal.Call(new Address(Bytes.fromHex(ACTOR)), Address.parse(to), Bytes.fromHex("12")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"to\": \"0x12\", \"data\": \"0x\"}",
                "{\"to\": \"0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0\"}",
                "{\"to\": \"0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0\", \"data\": \"0x1\"}",
                "{\"to\": \"0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0\", \"data\": \"0x\", \"from\": \"me\"}"
            })
    void refusesProposalsThatAreNone(String text) {
        assertThatThrownBy(() -> Proposal.read(NodeDouble.JSON.readTree(text)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesMachinesThatAreNone() {
        for (String machine :
                List.of("{}", "[]", "nonsense", MACHINE.replace(IMAGE, "zz"), MACHINE.replace(ACTOR, "f3"))) {
            assertThat(run("check", "app", machine)).isEqualTo(1);
        }
        assertThat(err.toString().lines()).allMatch(line -> line.startsWith("what was given can't be read"));
    }

    @Test
    void knowsItsWords() {
        for (String[] words : List.of(
                new String[] {}, new String[] {"dance"}, new String[] {"status", "more"}, new String[] {"check"})) {
            assertThat(run(words)).isEqualTo(2);
        }
    }
}
