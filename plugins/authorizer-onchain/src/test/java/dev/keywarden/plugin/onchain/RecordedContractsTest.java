package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.plugin.onchain.contract.AnswerReader;
import dev.keywarden.plugin.onchain.contract.CallResult;
import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.plugin.onchain.rpc.RpcReply;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The same bytes and the same answers as the reference's contracts and its service gave. */
final class RecordedContractsTest {
    static Stream<JsonNode> questions() {
        return cases("contract-questions.json");
    }

    static Stream<JsonNode> decisions() {
        return cases("auth-eth-questions.json");
    }

    private static Stream<JsonNode> cases(String file) {
        try (InputStream in = RecordedContractsTest.class.getResourceAsStream("/dstack/" + file)) {
            List<JsonNode> cases = new ArrayList<>();
            NodeDouble.JSON.readTree(in).path("cases").forEach(cases::add);
            return cases.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("questions")
    void asksWithTheSameBytes(JsonNode recorded) {
        BootInfo machine = machine(recorded.path("machine"));
        if (machine != null) {
            Question question =
                    new Question(recorded.path("function").asString().equals("isKmsAllowed"), machine);
            String data = recorded.path("data").asString();
            // Some were sent with dirt in words or another encoding on purpose; those start alike and are no questions
            // of ours.
            if (canonical(recorded.path("name").asString())) {
                assertThat(question.calldata())
                        .as(recorded.path("name").asString())
                        .isEqualTo(data);
            }
        }
    }

    private static boolean canonical(String name) {
        return !name.contains("dirty") && !name.contains("calldata") && !name.contains("trailing bytes");
    }

    @ParameterizedTest
    @MethodSource("questions")
    void understandsTheSameAnswers(JsonNode recorded) throws Exception {
        JsonNode decoded = recorded.path("decoded");
        CallResult result;
        try {
            result = CallResult.of(reply(recorded));
        } catch (dev.keywarden.plugin.onchain.rpc.ProviderFault e) {
            assertThat(decoded.path("kind").asString("")).isEqualTo("error without data");
            return;
        }
        if (decoded.has("isAllowed") && result instanceof CallResult.Returned returned) {
            if (!decoded.path("reason").isString()
                    || decoded.path("reason").asString().equals("does not decode")) {
                return;
            }
            AnswerReader.Verdict verdict = AnswerReader.verdict(returned.data());
            assertThat(verdict.allowed()).isEqualTo(decoded.path("isAllowed").asBoolean());
            assertThat(verdict.reason()).isEqualTo(decoded.path("reason").asString());
        } else {
            String words = result.words();
            switch (decoded.path("kind").asString("")) {
                case "Error(string)" ->
                    assertThat(words).contains(decoded.path("reason").asString());
                case "Panic(uint256)" -> assertThat(words).contains("panic 0x");
                case "custom error" ->
                    assertThat(words).contains(name(decoded.path("signature").asString()));
                case "revert with no data" -> assertThat(words).isEqualTo("reverted without saying why");
                case "empty return data" -> assertThat(words).contains("it returned nothing");
                default -> assertThat(words).isNotEmpty();
            }
        }
    }

    private static String name(String signature) {
        return signature.substring(0, signature.indexOf('('));
    }

    private static RpcReply reply(JsonNode recorded) {
        JsonNode error = recorded.path("error");
        return error.isObject()
                ? new RpcReply(
                        null,
                        new RpcReply.RpcError(
                                error.path("code").asInt(),
                                error.path("message").asString(),
                                error.path("data").asString("")))
                : new RpcReply(recorded.get("result"), null);
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void decidesAsTheReferencesServiceDid(JsonNode recorded) throws Exception {
        BootInfo machine = machine(recorded.path("body"));
        if (machine == null) {
            // Widths and types that a boot info can't have here; nothing is padded into a question.
            return;
        }
        Map<String, Object> chain = new HashMap<>();
        for (JsonNode call : recorded.path("upstream")) {
            JsonNode error = call.path("error");
            chain.put(
                    call.path("data").asString(),
                    error.isObject()
                            ? new NodeDouble.Failure(
                                    error.path("code").asInt(),
                                    error.path("message").asString(),
                                    error.path("data").asString(null))
                            : call.path("result").asString());
        }
        try (Nodes nodes = Nodes.of(1)) {
            nodes.get(0)
                    .call((data, to) -> chain.getOrDefault(data, new NodeDouble.Failure(-32000, "never asked", null)));
            Subject subject = recorded.path("kms").asBoolean() ? Subject.PEER_KMS : Subject.APP;
            assertSame(recorded, nodes.authorizer().authorize(Requests.about(subject, machine)));
        }
    }

    private static void assertSame(JsonNode recorded, Decision decision) {
        JsonNode answer = recorded.path("answer");
        String name = recorded.path("name").asString() + ": " + Nodes.message(decision);
        if (answer.path("isAllowed").asBoolean()) {
            assertThat(decision).as(name).isInstanceOfSatisfying(Decision.Allow.class, allow -> {
                assertThat(allow.gatewayAppId())
                        .isEqualTo(answer.path("gatewayAppId").asString());
                assertThat(allow.reason().message())
                        .isEqualTo(answer.path("reason").asString());
            });
        } else if (answer.path("gatewayAppId").asString().isEmpty()) {
            assertThat(Nodes.outcome(decision)).as(name).isNotIn("allowed", "onchain.denied");
        } else {
            assertThat(Nodes.outcome(decision)).as(name).isEqualTo("onchain.denied");
            assertThat(Nodes.message(decision)).isEqualTo(answer.path("reason").asString());
        }
    }

    /** A boot info with the recorded fields, or null if there can be none. */
    private static @Nullable BootInfo machine(JsonNode fields) {
        if (!fields.path("advisoryIds").isArray()) {
            return null;
        }
        try {
            List<String> advisories = new ArrayList<>();
            fields.path("advisoryIds").forEach(id -> advisories.add(id.asString()));
            return BootInfoBuilder.machine()
                    .appId(hex(fields, "appId"))
                    .composeHash(hex(fields, "composeHash"))
                    .instanceId(hex(fields, "instanceId"))
                    .deviceId(hex(fields, "deviceId"))
                    .mrAggregated(hex(fields, "mrAggregated"))
                    .mrSystem(
                            fields.has("mrSystem")
                                    ? hex(fields, "mrSystem")
                                    : Bytes.of(new byte[32]).toHex())
                    .osImageHash(hex(fields, "osImageHash"))
                    .tcbStatus(fields.path("tcbStatus").asString(""))
                    .advisoryIds(advisories)
                    .build();
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static String hex(JsonNode fields, String name) {
        String text = fields.path(name).asString("");
        return text.startsWith("0x") ? text.substring(2) : text;
    }
}
