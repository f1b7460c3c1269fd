package dev.keywarden.plugin.rego;

import static java.util.stream.Collectors.joining;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import dev.keywarden.spi.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy answers: {@code {"allow": bool, "reasons": [{"code", "message", "solution"?}], "gateway_app_id"?, "abstain"?}}.
 *
 * <p>Only {@code allow} exactly {@code true} allows. What does not keep to this form is no answer at all.
 *
 * @param allow whether the subject may
 * @param abstain whether the policy says that the question is none of its business
 * @param reasons why, possibly none
 * @param gatewayAppId the gateway it names, or null
 */
record Verdict(
        boolean allow,
        boolean abstain,
        List<Decision.Reason> reasons,
        @Nullable String gatewayAppId) {
    private static final int MAX_REASONS = 64;
    private static final String SOLUTION = ". To solve it: ";

    private static final Decision.Reason ALLOWED = new Decision.Reason("rego.allowed", "");
    private static final Decision.Reason DENIED =
            new Decision.Reason("rego.denied", "the policy denies this and gives no reason");
    private static final Decision.Reason ABSTAINED =
            new Decision.Reason("rego.abstained", "the policy does not decide about this");

    Verdict {
        reasons = List.copyOf(reasons);
    }

    /** Reads the value of the entry point. */
    static Verdict read(byte[] result) throws PolicyException {
        try {
            return of(Json.parse(result));
        } catch (MalformedJsonException e) {
            throw bad("is no JSON: " + e.getMessage());
        }
    }

    /** Takes the value of the entry point. */
    static Verdict of(@Nullable Object value) throws PolicyException {
        if (!(value instanceof Map<?, ?> answer)) {
            throw bad("is no object");
        }
        Object abstain = answer.get("abstain");
        if (answer.containsKey("abstain") && !(abstain instanceof Boolean)) {
            throw bad("has an abstain that is neither true nor false");
        }
        boolean abstains = Boolean.TRUE.equals(abstain);
        if (!(answer.get("allow") instanceof Boolean) && !(abstains && !answer.containsKey("allow"))) {
            throw bad("has no allow that is true or false");
        }
        boolean allows = Boolean.TRUE.equals(answer.get("allow"));
        if (allows && abstains) {
            throw bad("allows and abstains at once");
        }
        return new Verdict(allows, abstains, reasons(answer), gateway(answer));
    }

    private static @Nullable String gateway(Map<?, ?> answer) throws PolicyException {
        Object gateway = answer.get("gateway_app_id");
        if (answer.containsKey("gateway_app_id") && !(gateway instanceof String)) {
            throw bad("has a gateway_app_id that is no text");
        }
        return gateway == null || gateway.equals("") ? null : (String) gateway;
    }

    private static List<Decision.Reason> reasons(Map<?, ?> answer) throws PolicyException {
        if (!answer.containsKey("reasons")) {
            return List.of();
        }
        if (!(answer.get("reasons") instanceof List<?> list) || list.size() > MAX_REASONS) {
            throw bad("has reasons that are no list, or more than " + MAX_REASONS);
        }
        List<Decision.Reason> reasons = new ArrayList<>();
        for (Object each : list) {
            reasons.add(reason(each));
        }
        return reasons;
    }

    private static Decision.Reason reason(@Nullable Object value) throws PolicyException {
        if (!(value instanceof Map<?, ?> reason)
                || !(reason.get("code") instanceof String code)
                || !(reason.get("message") instanceof String message)) {
            throw bad("has a reason without a code and a message");
        }
        Object solution = reason.get("solution");
        if (reason.containsKey("solution") && !(solution instanceof String)) {
            throw bad("has a reason with a solution that is no text");
        }
        try {
            return new Decision.Reason(code, solution == null ? message : withSolution(message, (String) solution));
        } catch (IllegalArgumentException e) {
            throw bad("has a reason whose code is not area.snake_case");
        }
    }

    private static String withSolution(String message, String solution) {
        if (solution.isBlank()) {
            return message;
        }
        return message.isBlank() ? solution : message.replaceAll("[.\\s]+$", "") + SOLUTION + solution;
    }

    private static PolicyException bad(String problem) {
        return new PolicyException(Code.BAD_RESULT, "gave an answer that " + problem);
    }

    /** The decision, resting on this evidence. */
    Decision decision(Map<String, String> evidence) {
        if (allow) {
            return new Decision.Allow(gatewayAppId, reasons.isEmpty() ? ALLOWED : reasons.getFirst(), evidence);
        }
        if (abstain) {
            return new Decision.Abstain(reasons.isEmpty() ? ABSTAINED : reasons.getFirst());
        }
        List<Decision.Reason> given = reasons.isEmpty() ? List.of(DENIED) : reasons;
        Map<String, String> advised = new HashMap<>(evidence);
        advised.put(
                "decided_by",
                "the rules of the policy with "
                        + given.stream().map(Decision.Reason::code).collect(joining(", ")));
        advised.put("to_allow", given.stream().map(Verdict::solution).distinct().collect(joining("; and ")));
        return new Decision.Deny(given, advised);
    }

    /** What the policy's author says is to be done. */
    private static String solution(Decision.Reason reason) {
        int at = reason.message().indexOf(SOLUTION);
        return at < 0
                ? "change what the rule with " + reason.code() + " looks at; `keywarden policy explain` shows its line"
                : reason.message().substring(at + SOLUTION.length());
    }
}
