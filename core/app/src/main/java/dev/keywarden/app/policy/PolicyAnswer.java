package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy makes of a question, read as strictly as a node reads it.
 *
 * @param verdict only {@link Verdict#ALLOW} opens anything
 * @param reasons why, the first one first
 * @param gatewayAppId the gateway it names, or null
 */
public record PolicyAnswer(
        Verdict verdict, List<Reason> reasons, @Nullable String gatewayAppId) {
    /** The four ways an answer comes out. */
    public enum Verdict {
        /** The subject may. */
        ALLOW,
        /** The subject may not. */
        DENY,
        /** None of the policy's business. */
        ABSTAIN,
        /** No decision, or none that can be read, which denies. */
        UNAVAILABLE
    }

    /**
     * Why.
     *
     * @param code {@code area.snake_case}
     * @param message a sentence
     * @param solution what to do, or empty
     */
    public record Reason(String code, String message, String solution) {
        /** The reason as a line. */
        public String sentence() {
            return solution.isEmpty() ? message : message + "; " + solution;
        }
    }

    public PolicyAnswer {
        reasons = List.copyOf(reasons);
    }

    /** The first reason's code, or empty. */
    public String code() {
        return reasons.isEmpty() ? "" : reasons.get(0).code();
    }

    /** Whether the subject may. */
    public boolean allows() {
        return verdict == Verdict.ALLOW;
    }

    /** @param decision the policy's document, or null if it is undefined */
    static PolicyAnswer of(@Nullable JsonNode decision) {
        if (decision == null || !decision.isObject()) {
            return unavailable("the policy has no decision on this question");
        }
        List<Reason> reasons = new ArrayList<>();
        for (JsonNode reason : decision.path("reasons")) {
            reasons.add(new Reason(
                    reason.path("code").asText(),
                    reason.path("message").asText(),
                    reason.path("solution").asText("")));
        }
        JsonNode allow = decision.path("allow");
        boolean abstains =
                decision.path("abstain").isBoolean() && decision.path("abstain").asBoolean();
        if (abstains && !allow.asBoolean()) {
            return new PolicyAnswer(Verdict.ABSTAIN, reasons, null);
        }
        if (!allow.isBoolean()) {
            return unavailable("the decision's allow is neither true nor false");
        }
        JsonNode gateway = decision.path("gateway_app_id");
        boolean allows = allow.asBoolean();
        return new PolicyAnswer(
                allows ? Verdict.ALLOW : Verdict.DENY,
                reasons,
                allows && gateway.isTextual() ? gateway.asText() : null);
    }

    static PolicyAnswer unavailable(String why) {
        return new PolicyAnswer(Verdict.UNAVAILABLE, List.of(new Reason("host.unavailable", why, "")), null);
    }

    /** For machines: verdict, reasons, gateway. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new java.util.LinkedHashMap<>();
        facts.put("verdict", verdict.name().toLowerCase(java.util.Locale.ROOT));
        facts.put(
                "reasons",
                reasons.stream()
                        .map(reason -> Map.of(
                                "code", reason.code(), "message", reason.message(), "solution", reason.solution()))
                        .toList());
        facts.put("gateway_app_id", gatewayAppId);
        return facts;
    }
}
