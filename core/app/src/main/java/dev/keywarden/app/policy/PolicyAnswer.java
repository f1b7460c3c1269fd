package dev.keywarden.app.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.spi.Decision;
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
    private static final int MAX_REASONS = 64;

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
        String problem = problem(decision);
        if (problem != null) {
            return unavailable("the policy gave an answer that " + problem);
        }
        List<Reason> reasons = new ArrayList<>();
        for (JsonNode reason : decision.path("reasons")) {
            reasons.add(new Reason(
                    reason.path("code").asText(),
                    reason.path("message").asText(),
                    reason.path("solution").asText("")));
        }
        if (decision.path("abstain").asBoolean()) {
            return new PolicyAnswer(Verdict.ABSTAIN, reasons, null);
        }
        boolean allows = decision.path("allow").asBoolean();
        String gateway = decision.path("gateway_app_id").asText("");
        return new PolicyAnswer(
                allows ? Verdict.ALLOW : Verdict.DENY, reasons, allows && !gateway.isEmpty() ? gateway : null);
    }

    /** What keeps a node from taking this for an answer, or null. */
    private static @Nullable String problem(JsonNode decision) {
        JsonNode allow = decision.path("allow");
        JsonNode abstain = decision.path("abstain");
        boolean abstains = abstain.isBoolean() && abstain.asBoolean();
        if (!abstain.isMissingNode() && !abstain.isBoolean()) {
            return "has an abstain that is neither true nor false";
        }
        if (!allow.isBoolean() && !(abstains && allow.isMissingNode())) {
            return "has no allow that is true or false";
        }
        if (abstains && allow.asBoolean()) {
            return "allows and abstains at once";
        }
        JsonNode gateway = decision.path("gateway_app_id");
        if (!gateway.isMissingNode() && !gateway.isTextual()) {
            return "has a gateway_app_id that is no text";
        }
        JsonNode reasons = decision.path("reasons");
        if (!reasons.isMissingNode() && (!reasons.isArray() || reasons.size() > MAX_REASONS)) {
            return "has reasons that are no list, or more than " + MAX_REASONS;
        }
        for (JsonNode reason : reasons) {
            if (!isCode(reason.path("code"))
                    || !reason.path("message").isTextual()
                    || (reason.has("solution") && !reason.path("solution").isTextual())) {
                return "has a reason without a code (area.snake_case) and a message";
            }
        }
        return null;
    }

    private static boolean isCode(JsonNode code) {
        try {
            return code.isTextual()
                    && !new Decision.Reason(code.asText(), "").code().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
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
