package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Asks a folder of policies through {@code opa eval}: all questions in one run, since a run costs more than an answer. */
public final class OpaFolderEvaluator implements PolicyEvaluator {
    private static final String ALL = "{sprintf(\"%d\", [i]): d | some i; x := input.questions[i]; d := "
            + PolicyFolder.DECISION + " with input as x}";

    private final OpaTool opa;
    private final PolicyFolder folder;
    private final FactFiles facts;

    /** @param facts what nodes that run the policy have as fact sources */
    public OpaFolderEvaluator(OpaTool opa, PolicyFolder folder, FactFiles facts) {
        this.opa = opa;
        this.folder = folder;
        this.facts = facts;
    }

    @Override
    public List<PolicyAnswer> answers(List<PolicyQuestion> questions) {
        return decisions(questions.stream()
                        .map(question -> question.input(facts))
                        .toList())
                .stream()
                .map(PolicyAnswer::of)
                .toList();
    }

    /**
     * The decisions on whole input documents.
     *
     * @return one each, {@code null} where it is undefined
     */
    public List<@org.jspecify.annotations.Nullable JsonNode> decisions(List<ObjectNode> inputs) {
        ObjectNode all = Json.object();
        ArrayNode questions = all.putArray("questions");
        inputs.forEach(questions::add);
        JsonNode answers = evaluate(opa, folder, ALL, all);
        List<@org.jspecify.annotations.Nullable JsonNode> decisions = new ArrayList<>();
        IntStream.range(0, inputs.size()).forEach(i -> decisions.add(answers.get(Integer.toString(i))));
        return decisions;
    }

    /** The answer to a query; a missing node if it is undefined. */
    static JsonNode evaluate(OpaTool opa, PolicyFolder folder, String query, JsonNode input) {
        OpaTool.Run run = opa.run(folder.root(), input.toString(), folder.evalArguments(query, "--format", "json"));
        JsonNode output = run.out().isBlank() ? Json.object() : Json.parse(run.out(), "opa");
        if (!run.succeeded()) {
            throw new PolicyFailure(folder.root() + ": " + complaint(output, run));
        }
        return output.path("result").path(0).path("expressions").path(0).path("value");
    }

    private static String complaint(JsonNode output, OpaTool.Run run) {
        List<String> errors = StreamSupport.stream(output.path("errors").spliterator(), false)
                .map(error -> {
                    JsonNode at = error.path("location");
                    String place = at.path("file").asText("").isEmpty()
                            ? ""
                            : at.path("file").asText() + ":" + at.path("row").asText() + ": ";
                    return place + error.path("message").asText();
                })
                .toList();
        return errors.isEmpty() ? run.complaint() : String.join("\n", errors);
    }
}
