package dev.keywarden.plugin.rego.engine;

import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The functions that the host brings to a policy, beside those that OPA compiles into every module. They are few and depend
 * on nothing but their arguments.
 */
public final class Builtins {
    private static final Map<String, Builtin> HOST =
            Map.of("sprintf", Builtins::sprintf, "json.is_valid", Builtins::jsonIsValid);

    /** Functions whose result is another one tomorrow, elsewhere or by chance. */
    private static final Set<String> NOT_DETERMINISTIC = Set.of(
            "time.now_ns",
            "http.send",
            "net.lookup_ip_addr",
            "rand.intn",
            "uuid.rfc4122",
            "opa.runtime",
            "rego.parse_module",
            "providers.aws.sign_req",
            "io.jwt.encode_sign",
            "io.jwt.encode_sign_raw",
            "io.jwt.decode_verify",
            "trace",
            "print");

    private Builtins() {}

    /** The names of the functions that the host brings. */
    public static Set<String> names() {
        return HOST.keySet();
    }

    static @Nullable Builtin find(String name) {
        return HOST.get(name);
    }

    static boolean isNotDeterministic(String name) {
        return NOT_DETERMINISTIC.contains(name);
    }

    private static @Nullable Object sprintf(List<@Nullable Object> arguments) {
        return arguments.get(0) instanceof String format && arguments.get(1) instanceof List<?> values
                ? GoFormat.format(format, values)
                : null;
    }

    private static Object jsonIsValid(List<@Nullable Object> arguments) {
        if (!(arguments.getFirst() instanceof String text)) {
            return false;
        }
        try {
            Json.parseLenient(text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (MalformedJsonException e) {
            return false;
        }
    }
}
