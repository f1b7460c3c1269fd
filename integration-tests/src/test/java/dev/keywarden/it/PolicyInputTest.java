package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.host.AuthorizationQuestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What policies are asked is one document, whoever asks: what the schema describes, what the node's engine is sent, and what
 * the command line gives to {@code opa}. The policy here answers with its input.
 */
@Tag("blackbox")
final class PolicyInputTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ECHO = """
            package keywarden

            decision := {"allow": false, "reasons": [{"code": "policy.echo", "message": json.marshal(input)}]}
            """;

    /** The command line starts a process for each question. */
    private static final int BY_COMMAND = 2;

    @TempDir
    private Path folder;

    private Path policy;
    private Path bundle;
    private Path images;

    @BeforeEach
    void writePolicy() throws IOException {
        policy = Files.createDirectories(folder.resolve("echo"));
        Files.writeString(policy.resolve("echo.rego"), ECHO);
        bundle = folder.resolve("echo.tar.gz");
        PolicyTool built = PolicyTool.opa(
                policy, "build", "-t", "wasm", "-e", "keywarden/decision", "-o", bundle.toString(), "echo.rego");
        assertThat(built.exitCode()).as(built.output()).isZero();
        images = Files.writeString(
                folder.resolve("images.jsonl"),
                "{\"key\":\"" + "a3".repeat(32) + "\",\"owner\":\"some \u00f6ne\",\"n\":[1,{}]}\n");
    }

    @Test
    void isWhatTheNodeSendsItsEngineAndWhatTheSchemaDescribes() throws IOException {
        List<AuthorizationQuestion> questions = new PolicyQuestions(new SplittableRandom(9)).list(200);
        List<ObjectNode> sent = sent(questions);
        int known = 0;
        for (int i = 0; i < sent.size(); i++) {
            ObjectNode expected = PolicyQuestions.input(questions.get(i));
            if (questions.get(i).bootInfo().osImageHash().toHex().startsWith("a3")) {
                ((ObjectNode) expected.path("facts"))
                        .set("images", JSON.readTree("{\"owner\":\"some \u00f6ne\",\"n\":[1,{}]}"));
                known++;
            }
            assertThat(sent.get(i)).isEqualTo(echoed(expected.toString()));
        }
        assertThat(known).isPositive();
        assertThat(matches(sent)).containsOnly(true);
    }

    @Test
    void schemaTakesNoFieldAwayAndNoneIn() throws IOException {
        ObjectNode sent =
                sent(new PolicyQuestions(new SplittableRandom(10)).list(1)).get(0);
        List<ObjectNode> wrong = new ArrayList<>();
        for (String object : List.of("", "/time", "/boot_info", "/provenance", "/claims/fmspc")) {
            for (Map.Entry<String, JsonNode> field : sent.at(object).properties()) {
                ObjectNode without = sent.deepCopy();
                ((ObjectNode) without.at(object)).remove(field.getKey());
                wrong.add(without);
                ObjectNode misspelt = sent.deepCopy();
                ((ObjectNode) misspelt.at(object)).set(field.getKey() + "s", field.getValue());
                wrong.add(misspelt);
            }
        }
        assertThat(matches(wrong)).hasSizeGreaterThan(70).containsOnly(false);
    }

    @Test
    void isWhatTheCommandLineGivesToOpa() throws IOException {
        List<AuthorizationQuestion> questions = new PolicyQuestions(new SplittableRandom(11)).list(BY_COMMAND);
        List<ObjectNode> sent = sent(questions);
        for (int i = 0; i < BY_COMMAND; i++) {
            Path question = folder.resolve("question.json");
            JSON.writeValue(question.toFile(), PolicyQuestions.input(questions.get(i)));
            assertThat(given(question)).isEqualTo(sent.get(i));
        }
    }

    private ObjectNode given(Path question) throws IOException {
        KeywardenProcess run = KeywardenProcess.run(
                folder,
                "policy",
                "eval",
                policy.toString(),
                "--input",
                question.toString(),
                "--facts",
                "images:os_image_hash:" + images,
                "--json");
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(1);
        return echoed(JSON.readTree(run.out()).at("/reasons/0/message").asText());
    }

    /** What the engine of a node was asked. */
    private List<ObjectNode> sent(List<AuthorizationQuestion> questions) throws IOException {
        Map<String, Object> facts = Map.of("images", Map.of("key", "os_image_hash", "file", images.toString()));
        List<ObjectNode> sent = new ArrayList<>();
        try (NodeAuthorizer node = new NodeAuthorizer(
                "rego",
                Map.of("bundle", bundle.toString(), "facts", facts),
                Files.createDirectories(folder.resolve("state")))) {
            for (AuthorizationQuestion question : questions) {
                NodeAuthorizer.Verdict verdict = node.decide(question);
                assertThat(verdict.codes()).as("%s", verdict).containsExactly("policy.echo");
                sent.add(echoed(verdict.messages().get(0)));
            }
        }
        return sent;
    }

    private static ObjectNode echoed(String message) throws IOException {
        return (ObjectNode) JSON.readTree(message);
    }

    /** Whether each document is as the schema says. */
    private List<Boolean> matches(List<ObjectNode> documents) throws IOException {
        ObjectNode asked = JSON.createObjectNode();
        asked.set(
                "schema",
                JSON.readTree(PolicyTool.POLICIES.resolve("schemas/input.json").toFile()));
        ArrayNode all = asked.putArray("documents");
        documents.forEach(all::add);
        Path input = folder.resolve("documents.json");
        JSON.writeValue(input.toFile(), asked);
        PolicyTool run = PolicyTool.opa(
                folder,
                "eval",
                "-f",
                "json",
                "-i",
                input.toString(),
                "[m[0] | some d in input.documents; m := json.match_schema(d, input.schema)]");
        assertThat(run.exitCode()).as(run.output()).isZero();
        List<Boolean> matches = new ArrayList<>();
        JSON.readTree(run.output())
                .at("/result/0/expressions/0/value")
                .forEach(match -> matches.add(match.asBoolean()));
        assertThat(matches).hasSameSizeAs(documents);
        return matches;
    }
}
