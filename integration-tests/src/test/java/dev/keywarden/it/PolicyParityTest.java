package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.host.AuthorizationQuestion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One policy, the same questions: {@code opa eval}, an OPA server and the node's own engine give the same answers. */
@Tag("blackbox")
final class PolicyParityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int QUESTIONS = 10_000;
    private static final String A = "a4".repeat(20);
    private static final String B = "b4".repeat(20);

    @TempDir
    private Path folder;

    @Test
    void defaultPolicyAnswersAlikeEverywhere() throws Exception {
        write("settings", """
                {"settings": {"emergency_stop": {"active": false}, "gateway_app_id": "any",
                 "kms": {"device_groups": ["nodes"]},
                 "tcb": {"allowed_statuses": ["UpToDate"], "allowed_advisories": ["INTEL-SA-00001"],
                  "tolerated": [{"status": "OutOfDate", "advisories": ["INTEL-SA-00002"], "until": "2026-12-31", "owner": "me"}]}},
                 "exceptions": {"entries": [{"checks": ["os_image_not_allowed"], "match": {"app_id": "%1$s"},
                  "until": "2026-12-01", "owner": "me", "reason": "testing"}]},
                 "lists": {"images": {"%3$s": {}}, "kms_measurements": {"%4$s": {}},
                  "apps": {"%1$s": {"device_groups": ["front"], "gateway_app_id": "own"}, "%2$s": {"allow_any_device": true}},
                  "compose_hashes": {"%1$s/%5$s": {"share_percent": 40}, "%2$s/%5$s": {}, "%2$s/%6$s": {"share_percent": 70}},
                  "devices": {"%7$s": {"groups": ["nodes", "front"]}}}}
                """.formatted(
                        A, B, "a3".repeat(32), "a1".repeat(32), "a5".repeat(32), "b5".repeat(32), "a7".repeat(32)));
        Path policies = PolicyTool.POLICIES;
        List<String> outcomes = agree(
                List.of(
                        policies.resolve("lib").toString(),
                        policies.resolve("default/keywarden").toString(),
                        folder.resolve("settings").toString()),
                new PolicyQuestions(new SplittableRandom(6)).list(QUESTIONS));
        assertThat(outcomes.stream().distinct().count()).isGreaterThan(20);
        assertThat(outcomes.stream()
                        .filter(outcome -> outcome.startsWith("ALLOW"))
                        .count())
                .isGreaterThan(QUESTIONS / 50);
    }

    /** The sources of data and policy; answers must agree on every question. */
    private List<String> agree(List<String> sources, List<AuthorizationQuestion> questions) throws Exception {
        List<String> evaluated = evaluate(sources, questions).stream()
                .map(PolicyParityTest::outcome)
                .toList();
        assertThat(inProcess(sources, questions).stream()
                        .map(NodeAuthorizer.Verdict::outcome)
                        .toList())
                .isEqualTo(evaluated);
        assertThat(served(sources, questions)).isEqualTo(evaluated);
        return evaluated;
    }

    /** Of the reasons of an allow, a node keeps the first. */
    private static String outcome(JsonNode decision) {
        List<String> codes = new ArrayList<>();
        decision.path("reasons").forEach(reason -> codes.add(reason.path("code").asText()));
        boolean allows = decision.path("allow").asBoolean();
        return (allows ? "ALLOW " + codes.subList(0, 1) : "DENY " + codes) + " "
                + decision.path("gateway_app_id").asText("");
    }

    private List<JsonNode> evaluate(List<String> sources, List<AuthorizationQuestion> questions) throws IOException {
        ObjectNode all = JSON.createObjectNode();
        ArrayNode array = all.putArray("questions");
        questions.forEach(question -> array.add(PolicyQuestions.input(question)));
        Path input = folder.resolve("questions.json");
        JSON.writeValue(input.toFile(), all);
        List<String> arguments =
                new ArrayList<>(List.of("eval", "-f", "json", "--ignore", "*_test.rego", "-i", input.toString()));
        sources.forEach(source -> arguments.addAll(List.of("-d", source)));
        arguments.add("[d | some x in input.questions; d := data.keywarden.decision with input as x]");
        PolicyTool run = PolicyTool.opa(folder, arguments.toArray(String[]::new));
        JsonNode result = JSON.readTree(run.output());
        assertThat(run.exitCode()).as(run.output()).isZero();
        List<JsonNode> decisions = new ArrayList<>();
        result.path("result").path(0).path("expressions").path(0).path("value").forEach(decisions::add);
        assertThat(decisions).hasSameSizeAs(questions);
        return decisions;
    }

    private List<NodeAuthorizer.Verdict> inProcess(List<String> sources, List<AuthorizationQuestion> questions)
            throws IOException {
        Path bundle = folder.resolve("bundle.tar.gz");
        List<String> arguments = new ArrayList<>(List.of("build", "-t", "wasm", "-e", "keywarden/decision"));
        arguments.addAll(List.of(
                "--capabilities",
                PolicyTool.POLICIES.resolve("capabilities.json").toString()));
        arguments.addAll(List.of("--revision", "1", "--ignore", "*_test.rego", "-o", bundle.toString()));
        arguments.addAll(sources);
        PolicyTool built = PolicyTool.opa(folder, arguments.toArray(String[]::new));
        assertThat(built.exitCode()).as(built.output()).isZero();
        try (NodeAuthorizer node = new NodeAuthorizer(
                "rego", Map.of("bundle", bundle.toString()), Files.createDirectories(folder.resolve("state")))) {
            return questions.stream().map(node::decide).toList();
        }
    }

    private List<String> served(List<String> sources, List<AuthorizationQuestion> questions) throws Exception {
        try (OpaProcess server = OpaProcess.start(folder, sources, "--log-level", "error");
                HttpClient client = HttpClient.newHttpClient()) {
            List<String> outcomes = new ArrayList<>();
            for (AuthorizationQuestion question : questions) {
                ObjectNode body = JSON.createObjectNode();
                body.set("input", PolicyQuestions.input(question));
                HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/v1/data/keywarden/decision"))
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
                JsonNode answer = JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
                outcomes.add(outcome(answer.path("result")));
            }
            return outcomes;
        }
    }

    @Test
    void everyBuiltInThatIsClaimedAnswersAlike() throws Exception {
        Path policy = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(policy.resolve("policy.rego"), BuiltInCalls.policy());
        List<String> sources = List.of(policy.toString());
        List<AuthorizationQuestion> questions = new PolicyQuestions(new SplittableRandom(7)).list(100);
        List<JsonNode> evaluated = evaluate(sources, questions);
        List<NodeAuthorizer.Verdict> engine = inProcess(sources, questions);
        for (int i = 0; i < questions.size(); i++) {
            assertThat(engine.get(i).verdict())
                    .as("%s", engine.get(i).messages())
                    .isEqualTo("DENY");
            List<String> messages = new ArrayList<>();
            evaluated
                    .get(i)
                    .path("reasons")
                    .forEach(reason -> messages.add(reason.path("message").asText()));
            assertResults(results(messages), results(engine.get(i).messages()));
        }
    }

    private static void assertResults(List<String> expected, List<String> results) throws IOException {
        assertThat(expected).hasSameSizeAs(BuiltInCalls.CALLS).hasSameSizeAs(results);
        for (int call = 0; call < expected.size(); call++) {
            assertThat(parsed(results.get(call)))
                    .as(BuiltInCalls.CALLS.get(call))
                    .isEqualTo(parsed(expected.get(call)));
        }
    }

    /** The results of all calls, in order; each is JSON as text, or says that it is undefined. */
    private static List<String> results(List<String> messages) throws IOException {
        List<String> results = new ArrayList<>();
        for (String message : messages) {
            JSON.readTree(message).forEach(result -> results.add(result.asText()));
        }
        return results;
    }

    /** Objects print in another order, and numbers in another notation. */
    private static JsonNode parsed(String message) throws IOException {
        return message.equals("undefined") ? JSON.missingNode() : JSON.readTree(message);
    }

    /** The default policy decides as the authorizer {@code allowlist} does, whose lists it is given in its own form. */
    @Test
    void defaultPolicyDecidesAsTheAllowlistDoes() throws Exception {
        SplittableRandom random = new SplittableRandom(8);
        long allowed = 0;
        for (int list = 0; list < 5; list++) {
            AllowlistPair pair = new AllowlistPair(random);
            Path state = Files.createDirectories(folder.resolve("state-" + list));
            Path file = Files.writeString(folder.resolve("allowlist-" + list + ".json"), pair.allowlist());
            write("settings", pair.policyData());
            List<AuthorizationQuestion> questions = new PolicyQuestions(random).list(QUESTIONS / 5);
            List<String> sources = List.of(
                    PolicyTool.POLICIES.resolve("lib").toString(),
                    PolicyTool.POLICIES.resolve("default/keywarden").toString(),
                    folder.resolve("settings").toString());
            List<NodeAuthorizer.Verdict> policy = inProcess(sources, questions);
            try (NodeAuthorizer node = new NodeAuthorizer("allowlist", Map.of("file", file.toString()), state)) {
                for (int i = 0; i < questions.size(); i++) {
                    NodeAuthorizer.Verdict expected = node.decide(questions.get(i));
                    NodeAuthorizer.Verdict answer = policy.get(i);
                    assertThat(first(answer)).as("%s", questions.get(i)).isEqualTo(first(expected));
                    allowed += expected.verdict().equals("ALLOW") ? 1 : 0;
                }
            }
        }
        assertThat(allowed).isGreaterThan(100);
    }

    private static String first(NodeAuthorizer.Verdict verdict) {
        return verdict.verdict() + " " + verdict.codes().get(0).replaceFirst("^[a-z]+\\.", "") + " "
                + verdict.gateway();
    }

    private void write(String name, String data) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        Files.writeString(place.resolve("data.json"), data);
    }
}
