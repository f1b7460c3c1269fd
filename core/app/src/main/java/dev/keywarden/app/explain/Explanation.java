package dev.keywarden.app.explain;

import dev.keywarden.app.policy.PolicyQuestion;
import dev.keywarden.host.AuthorizationChain;
import dev.keywarden.host.AuthorizerAnswer;
import dev.keywarden.host.ChainDecision;
import dev.keywarden.host.PluginHost;
import dev.keywarden.spi.Attestation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a chain would say to a question, and why.
 *
 * @param question what was asked, and for what time
 * @param chain the names of the authorizers, and the rule that makes one decision of their answers
 * @param said what they said
 * @param notes what else is worth knowing, for example of the evidence
 */
public record Explanation(
        PolicyQuestion question, String chain, AuthorizationChain.Explained said, List<String> notes) {
    /** Entries of an answer's evidence under which authorizers say what decided, and what would have to change. */
    private static final String DECIDED_BY = "decided_by";

    private static final String TO_ALLOW = "to_allow";

    public Explanation {
        notes = List.copyOf(notes);
    }

    /** Asks every authorizer; nothing is released or recorded, and shadows don't hear of it. */
    public static Explanation of(PluginHost host, PolicyQuestion question, List<String> notes) {
        String chain = String.join(", ", host.chain().authorizers()) + " ("
                + host.chain().combine() + ")";
        AuthorizationChain.Explained said = host.chain().explain(question.question(), question.time());
        if (said.decision().verdict() == ChainDecision.Verdict.UNAVAILABLE) {
            // Code that runs for the first time is slow, and may miss a deadline that a node never misses.
            said = host.chain().explain(question.question(), question.time());
        }
        return new Explanation(question, chain, said, notes);
    }

    /** Allow, deny or unavailable. */
    public String verdict() {
        return lower(said.decision().verdict());
    }

    /** What decided, in an authorizer's words; empty if it does not say. */
    public static String decidedBy(AuthorizerAnswer answer) {
        return answer.evidence().getOrDefault(DECIDED_BY, "");
    }

    /** What would have to change for this authorizer to allow; empty if it allows. */
    public static String toAllow(AuthorizerAnswer answer) {
        return switch (answer.outcome()) {
            case ALLOW -> "";
            case ABSTAIN -> "another authorizer of the chain must allow";
            case UNAVAILABLE -> "mend what keeps it from answering, and ask again";
            case DENY -> answer.evidence().getOrDefault(TO_ALLOW, "change what its reasons name");
        };
    }

    /** What else an answer rests on, in the order of its names. */
    public static Map<String, String> restsOn(AuthorizerAnswer answer) {
        Map<String, String> evidence = new TreeMap<>(answer.evidence());
        evidence.remove(DECIDED_BY);
        evidence.remove(TO_ALLOW);
        return evidence;
    }

    /** For machines. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("verdict", verdict());
        facts.put("reason", said.decision().reason());
        facts.put("gateway_app_id", said.decision().gatewayAppId());
        facts.put("gate", lower(question.question().gate()));
        facts.put("method", question.question().method());
        facts.put("subject", lower(question.question().subject()));
        facts.put("time", question.time().toString());
        facts.put("verifier", question.question().verifier());
        facts.put("chain", chain);
        facts.put("proven", question.proven().stream().map(Explanation::claim).toList());
        List<Map<String, Object>> answers = new ArrayList<>();
        said.answers().forEach(answer -> answers.add(answer(answer)));
        facts.put("answers", answers);
        facts.put("notes", notes);
        return facts;
    }

    private static Map<String, Object> claim(Attestation.Claim claim) {
        return Map.of("name", claim.name(), "value", claim.value(), "binding", lower(claim.binding()));
    }

    private static Map<String, Object> answer(AuthorizerAnswer answer) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("authorizer", answer.authorizer());
        facts.put("outcome", lower(answer.outcome()));
        facts.put(
                "reasons",
                answer.reasons().stream()
                        .map(reason -> Map.of("code", reason.code(), "message", reason.message()))
                        .toList());
        facts.put(DECIDED_BY, decidedBy(answer));
        facts.put(TO_ALLOW, toAllow(answer));
        facts.put("evidence", restsOn(answer));
        facts.put("elapsed_us", answer.elapsed().toNanos() / 1000);
        return facts;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
