package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.plugin.onchain.contract.KmsInterface;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.Requests;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

/** Everything a contract can do instead of answering, and what must not be mistaken for it. */
final class ContractFaultsTest {
    private static final String IMPLEMENTATION = "0xe7f1725e7734ce288f8367e1bb143e90bb3f0512";

    private final Nodes nodes = Nodes.of(1);
    private final NodeDouble node = nodes.get(0);

    @AfterEach
    void close() throws Exception {
        nodes.close();
    }

    private void assertDenied(String code, String... words) {
        assertDenied(nodes.authorizer(), code, words);
    }

    private static void assertDenied(OnchainAuthorizer authorizer, String code, String... words) {
        Decision decision = authorizer.authorize(Nodes.app());
        assertThat(Nodes.outcome(decision)).as(Nodes.message(decision)).isEqualTo("onchain." + code);
        for (String word : words) {
            assertThat(Nodes.message(decision)).contains(word);
        }
    }

    private static Object reverted(String data) {
        return new NodeDouble.Failure(3, "execution reverted", data);
    }

    @Test
    void noCodeThereYet() {
        node.answers("eth_getCode", (params, data) -> "0x").call((data, to) -> "0x");
        assertDenied("no_contract", "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0", "was not deployed by then");
    }

    @Test
    void noCodeThereAnyMore() {
        OnchainAuthorizer authorizer = nodes.authorizer();
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
        node.head(101).answers("eth_getCode", (params, data) -> "0x").call((data, to) -> "0x");
        assertDenied(authorizer, "contract_gone", "no code any more");
    }

    @Test
    void emptyDataIsNoAnswer() {
        node.call((data, to) -> "0x");
        assertDenied("contract_answer_malformed", "it returned nothing");
    }

    @Test
    void aProxyToNothing() {
        node.answers("eth_getStorageAt", (params, data) -> "0x" + "0".repeat(24) + IMPLEMENTATION.substring(2))
                .answers(
                        "eth_getCode",
                        (params, data) -> params.get(0).asString().equals(IMPLEMENTATION) ? "0x" : "0x6001")
                .call((data, to) -> "0x");
        assertDenied("proxy_without_implementation", "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512");
    }

    @Test
    void revertsWithTheirReasons() {
        String text = "08c379a0" + Encoded.text("app says no").substring(2);
        node.call((data, to) -> reverted("0x" + text));
        assertDenied("contract_reverted", "reverted with \"app says no\"");
        node.head(101).call((data, to) -> reverted("0x4e487b71" + Encoded.word(0x11)));
        assertDenied("contract_reverted", "reverted with a panic 0x11 (arithmetic overflow or underflow)");
        node.head(102).call((data, to) -> reverted("0x118cdaa7" + Encoded.word(0xdead)));
        assertDenied("contract_reverted", "OwnableUnauthorizedAccount(0x000000000000000000000000000000000000dEaD)");
        node.head(103).call((data, to) -> reverted("0xcafecafe"));
        assertDenied("contract_reverted", "the unknown error 0xcafecafe and 0 bytes");
        node.head(104).call((data, to) -> reverted("0x"));
        assertDenied("contract_reverted", "reverted without saying why");
    }

    @Test
    void aNodeThatHasOnlyWordsForARevert() {
        node.call((data, to) -> new NodeDouble.Failure(-32015, "VM execution error: revert", null));
        assertDenied("contract_reverted", "without saying why");
    }

    @Test
    void tooLittleGas() {
        node.call((data, to) -> new NodeDouble.Failure(-32603, "EVM error OutOfGas", null));
        assertDenied("out_of_gas", "16000000 gas");
    }

    @Test
    void anAppThatLoopsBehindTheKms() {
        String app = "0x" + "a4".repeat(20);
        node.call((data, to) -> to.equals(app) ? new NodeDouble.Failure(-32000, "out of gas", null) : reverted("0x"));
        assertDenied("out_of_gas", "0xA4a4");
    }

    @Test
    void shortLongAndDirtyData() {
        String good = Encoded.verdict(true, "");
        List<String> bad = List.of(
                "0x" + Encoded.word(1),
                "0xffffffff",
                good + Encoded.word(0),
                good + "00",
                good.substring(0, good.length() - 2),
                "0x" + Encoded.word(2) + Encoded.word(64) + Encoded.word(0),
                "0x" + "ff".repeat(32) + Encoded.word(64) + Encoded.word(0),
                "0x" + Encoded.word(1) + Encoded.word(96) + Encoded.word(0) + Encoded.word(0),
                "0x" + Encoded.word(1) + "ff".repeat(32) + Encoded.word(0),
                "0x" + Encoded.word(1) + Encoded.word(64) + "ff".repeat(32),
                "0x" + Encoded.word(1) + Encoded.word(64) + Encoded.word(5) + "61".repeat(32));
        OnchainAuthorizer authorizer = nodes.authorizer();
        long head = 101;
        for (String data : bad) {
            node.head(head++).call((ignored, to) -> data);
            assertDenied(authorizer, "contract_answer_malformed");
        }
    }

    @Test
    void dataThatIsNotHexIsTheProvidersFault() {
        node.call((data, to) -> "0x1");
        assertDenied("provider_incomplete", "not hex");
    }

    @Test
    void aReasonOfOneMegabyte() {
        for (boolean allowed : List.of(true, false)) {
            node.call((data, to) -> Encoded.verdict(allowed, "r".repeat(1 << 20)));
            assertDenied("reason_too_long", "1048576 bytes");
        }
    }

    @Test
    void aReasonThatIsNotUtf8() {
        node.call((data, to) -> Encoded.verdict(true, new byte[] {(byte) 0xc3, 0x28}));
        assertDenied("reason_not_utf8");
    }

    @Test
    void aGatewayThatCantBeRead() {
        node.answers(
                "eth_call",
                (params, data) ->
                        data.equals(KmsInterface.GATEWAY_APP_ID) ? reverted("0x") : Encoded.verdict(true, ""));
        assertDenied("contract_reverted", "gatewayAppId()");
    }

    @Test
    void otherCodeThanPinned() {
        nodes.codeHash = Bytes.of(Hash.sha3(new byte[] {0x60, 0x02}));
        assertDenied("code_changed", "code_hash");
        nodes.codeHash = Bytes.of(Hash.sha3(new byte[] {0x60, 0x01}));
        assertThat(Nodes.outcome(nodes.authorizer().authorize(Nodes.app()))).isEqualTo("allowed");
    }

    @Test
    void anotherImplementationThanPinnedDeniesUntilAcknowledged() {
        nodes.implementation = IMPLEMENTATION;
        assertDenied("implementation_changed", "no implementation");
        node.answers("eth_getStorageAt", (params, data) -> "0x" + "0".repeat(24) + IMPLEMENTATION.substring(2));
        OnchainAuthorizer authorizer = nodes.authorizer();
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
        node.head(101).answers("eth_getStorageAt", (params, data) -> "0x" + Encoded.word(7));
        assertDenied(authorizer, "implementation_changed", "0x0000000000000000000000000000000000000007");
    }

    @Test
    void kmsQuestionsAreNotAskedOfAnyApp() {
        node.call((data, to) -> to.equals(NodeDouble.CONTRACT) ? reverted("0x") : Encoded.verdict(true, ""));
        Decision decision = nodes.authorizer()
                .authorize(
                        Requests.about(Subject.SELF, BootInfoBuilder.machine().build()));
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.contract_reverted");
        assertThat(node.questions()).isEqualTo(1);
    }
}
