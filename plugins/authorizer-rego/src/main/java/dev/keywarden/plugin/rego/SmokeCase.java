package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An input that a bundle carries, with the answer that its author expects: {@code data.smoke.cases} is a list of {@code
 * {"name", "input", "expect": {"allow": bool, "code"?}}}.
 *
 * @param name for messages
 * @param input the input document
 * @param allow what is expected
 * @param code one of the reasons that is expected, or null
 */
@SuppressWarnings("ArrayRecordComponent") // lives while a bundle is loaded and is never compared
record SmokeCase(
        String name, byte[] input, boolean allow, @Nullable String code) {
    /** The cases in the data of a bundle; none if it has no {@code smoke}. */
    static List<SmokeCase> of(byte[] data) throws PolicyException {
        Object smoke;
        try {
            smoke = Json.member(data, "smoke");
        } catch (MalformedJsonException e) {
            throw new PolicyException(Code.BUNDLE_BAD_DATA, "has broken data: " + e.getMessage(), e);
        }
        if (smoke == null) {
            return List.of();
        }
        if (!(smoke instanceof Map<?, ?> object) || !(object.get("cases") instanceof List<?> cases)) {
            throw bad("must be an object with a list of cases");
        }
        List<SmokeCase> read = new ArrayList<>();
        for (Object each : cases) {
            read.add(one(each, read.size()));
        }
        return read;
    }

    private static SmokeCase one(@Nullable Object value, int index) throws PolicyException {
        if (!(value instanceof Map<?, ?> each)
                || !(each.get("input") instanceof Map<?, ?> input)
                || !(each.get("expect") instanceof Map<?, ?> expected)
                || !(expected.get("allow") instanceof Boolean allow)) {
            throw bad("case " + index + " needs an input and expect.allow");
        }
        String name = each.get("name") instanceof String text ? text : String.valueOf(index);
        return new SmokeCase(name, Json.write(input), allow, expected.get("code") instanceof String code ? code : null);
    }

    private static PolicyException bad(String problem) {
        return new PolicyException(Code.BUNDLE_BAD_DATA, "has smoke inputs that can't be tried: " + problem);
    }

    /** What is wrong with an answer, or null. */
    @Nullable String problemWith(Verdict verdict) {
        if (verdict.allow() != allow) {
            return "allow = " + verdict.allow() + " instead of " + allow;
        }
        boolean named = code == null
                || verdict.reasons().stream().anyMatch(reason -> reason.code().equals(code));
        return named ? null : "no reason " + code;
    }
}
