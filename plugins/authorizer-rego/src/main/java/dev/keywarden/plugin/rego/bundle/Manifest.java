package dev.keywarden.plugin.rego.bundle;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code .manifest} says.
 *
 * @param revision of the bundle, possibly empty
 * @param roots paths under which the bundle may bring data; an empty path is everywhere
 * @param modules files with WebAssembly by the entry point they are for
 */
record Manifest(String revision, List<String> roots, Map<String, String> modules) {
    static final String NAME = ".manifest";

    /** The same in another encoding, which newer versions of OPA read as well. */
    static final String PROTO_NAME = ".manifest.pb";

    /** Without a manifest a bundle owns everything. */
    static Manifest read(byte @Nullable [] text) throws PolicyException {
        if (text == null) {
            return new Manifest("", List.of(""), Map.of());
        }
        try {
            if (!(Json.parse(text) instanceof Map<?, ?> manifest)) {
                throw bad("is no object", null);
            }
            Object revision = manifest.get("revision");
            Object roots = manifest.get("roots");
            return new Manifest(
                    revision == null ? "" : text(revision, "revision"),
                    roots == null ? List.of("") : roots(roots),
                    modules(manifest.get("wasm")));
        } catch (MalformedJsonException e) {
            throw bad("is broken: " + e.getMessage(), e);
        }
    }

    private static List<String> roots(Object value) throws PolicyException {
        if (!(value instanceof List<?> list)) {
            throw bad("roots must be a list", null);
        }
        List<String> roots = new java.util.ArrayList<>();
        for (Object root : list) {
            roots.add(text(root, "roots").replaceAll("^/+|/+$", ""));
        }
        return List.copyOf(roots);
    }

    private static Map<String, String> modules(@Nullable Object value) throws PolicyException {
        Map<String, String> modules = new LinkedHashMap<>();
        if (value instanceof List<?> list) {
            for (Object each : list) {
                if (!(each instanceof Map<?, ?> module)) {
                    throw bad("wasm must be a list of objects", null);
                }
                modules.put(
                        text(module.get("entrypoint"), "wasm.entrypoint"),
                        text(module.get("module"), "wasm.module").replaceAll("^/+", ""));
            }
        } else if (value != null) {
            throw bad("wasm must be a list of objects", null);
        }
        return modules;
    }

    private static String text(@Nullable Object value, String what) throws PolicyException {
        if (value instanceof String text) {
            return text;
        }
        throw bad(what + " must be text", null);
    }

    private static PolicyException bad(String problem, @Nullable Exception cause) {
        return new PolicyException(Code.BUNDLE_BAD_MANIFEST, "has a manifest that can't be used: it " + problem, cause);
    }

    /** Whether data may be at a path. */
    boolean owns(List<String> path) {
        String joined = String.join("/", path);
        return roots.stream().anyMatch(root -> root.isEmpty() || joined.equals(root) || joined.startsWith(root + "/"));
    }

    /** Whether some root lies below a path, so that an object there may hold what the bundle owns. */
    boolean ownsBelow(List<String> path) {
        String joined = String.join("/", path);
        return roots.stream().anyMatch(root -> joined.isEmpty() || root.startsWith(joined + "/"));
    }
}
