package dev.keywarden.it;

import java.util.List;

/** A call or more of each built-in that the capabilities file claims, with arguments from the input so that nothing is folded. */
@SuppressWarnings("OrphanedFormatString") // the formats are Rego's
final class BuiltInCalls {
    /** Expressions; sets are sorted, since engines print them in any order. {@code h} is a text of hex, {@code n} a number, {@code a} an array, {@code o} an object. */
    static final List<String> CALLS = List.of(
            "abs(0 - n)",
            "sort(({1, n} & {n}))",
            "array.concat(a, [n])",
            "array.flatten([a, [a]])",
            "array.reverse(a)",
            "array.slice(a, 1, 2)",
            "base64.decode(base64.encode(h))",
            "base64.is_valid(h)",
            "base64url.decode(base64url.encode(h))",
            "bits.and(n, 6)",
            "bits.lsh(n, 3)",
            "bits.negate(n)",
            "bits.or(n, 8)",
            "bits.rsh(n, 1)",
            "bits.xor(n, 9)",
            "ceil(n / 2)",
            "concat(\"-\", [h, h])",
            "contains(h, \"a\")",
            "count(a)",
            "n / 4",
            "endswith(h, \"a\")",
            "h == h",
            "floor(n / 2)",
            "format_int(n, 16)",
            "glob.match(\"a*\", [], h)",
            "sort(graph.reachable({\"a\": [\"b\"], \"b\": [\"a\"]}, {\"a\"}))",
            "n > 1",
            "n >= 1",
            "indexof(h, \"a\")",
            "n in a",
            "sort(intersection({{1, n}, {n}}))",
            "is_array(a)",
            "is_boolean(n)",
            "is_null(n)",
            "is_number(n)",
            "is_object(o)",
            "is_set({n})",
            "is_string(h)",
            "json.filter(o, [\"k\"])",
            "json.is_valid(\"{}\")",
            "json.marshal(a)",
            "json.remove(o, [\"k\"])",
            "json.unmarshal(json.marshal(o))",
            "lower(upper(h))",
            "n < 1",
            "n <= 1",
            "max(a)",
            "min(a)",
            "n - 2",
            "n * 3",
            "n != 1",
            "net.cidr_contains(\"10.0.0.0/8\", \"10.1.2.3\")",
            "net.cidr_intersects(\"10.0.0.0/8\", \"11.0.0.0/8\")",
            "numbers.range(1, n)",
            "object.filter(o, [\"k\"])",
            "object.get(o, \"x\", n)",
            "sort(object.keys(o))",
            "object.remove(o, [\"k\"])",
            "object.union(o, {\"x\": n})",
            "object.union_n([o, {\"x\": n}])",
            "sort({1} | {n})",
            "n + 1",
            "product(a)",
            "regex.find_all_string_submatch_n(`a(.)`, h, -1)",
            "regex.is_valid(`a(`)",
            "regex.match(`^[0-9a-f]+$`, h)",
            "n % 3",
            "replace(h, \"a\", \"b\")",
            "round(n / 2)",
            "sort(a)",
            "split(h, \"a\")",
            "sprintf(\"%s-%d-%07x\", [h, n, n])",
            "startswith(h, \"a\")",
            "strings.replace_n({\"a\": \"b\"}, h)",
            "strings.reverse(h)",
            "substring(h, 1, 3)",
            "sum(a)",
            "to_number(format_int(n, 10))",
            "trim(h, \"a\")",
            "trim_left(h, \"a\")",
            "trim_prefix(h, \"a\")",
            "trim_right(h, \"a\")",
            "trim_space(concat(\"\", [\" \", h]))",
            "trim_suffix(h, \"a\")",
            "type_name(o)",
            "sort(union({{1}, {n}}))",
            "upper(h)",
            "sort([p | walk(o, [p, _])])",
            "$\"{h} {n}\"");

    /** A decision may have 64 reasons. */
    private static final int IN_ONE_REASON = 8;

    private BuiltInCalls() {}

    /** A policy that denies; the messages of its reasons are the results of the calls, some in each. */
    static String policy() {
        StringBuilder policy = new StringBuilder("""
                package keywarden

                h := input.boot_info.device_id
                n := count(input.boot_info.advisory_ids) + 3
                a := [n, 1, count(input.boot_info.tcb_status)]
                o := {"k": n, "l": {"m": input.boot_info.tcb_status}}

                decision := {"allow": false, "reasons": reasons}

                """);
        StringBuilder reasons = new StringBuilder();
        for (int i = 0; i < CALLS.size(); i++) {
            // A rule each: the engine makes a method of each rule, and interprets those that get too big.
            String call = CALLS.get(i);
            policy.append("default call_%1$d := \"undefined\"\n\ncall_%1$d := json.marshal(x) if x := %2$s\n\n"
                    .formatted(i, call));
            if (i % IN_ONE_REASON == 0) {
                reasons.append(i == 0 ? "" : "])},\n")
                        .append("\t{\"code\": \"builtin.calls\", \"message\": json.marshal([");
            }
            reasons.append("call_").append(i).append(", ");
        }
        policy.append("reasons := [\n").append(reasons).append("])},\n]\n");
        return policy.toString();
    }
}
