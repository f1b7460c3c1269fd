package dev.keywarden.plugin.rego.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A document as OPA hashes it for a signature: compact, names in the order of their bytes, numbers as they were written,
 * texts as Go's encoder writes them.
 *
 * @implSpec OPA, {@code bundle/hash.go}; Go, {@code encoding/json}, without the escaping for HTML
 */
public final class GoJson {
    private final StringBuilder out = new StringBuilder();

    private GoJson() {}

    /** Feeds a value to a digest. */
    public static void update(MessageDigest digest, @Nullable Object value) {
        GoJson json = new GoJson();
        json.write(value);
        digest.update(json.out.toString().getBytes(UTF_8));
    }

    private void write(@Nullable Object value) {
        switch (value) {
            case Map<?, ?> object -> object(object);
            case List<?> array -> {
                String between = "[";
                for (Object element : array) {
                    out.append(between);
                    write(element);
                    between = ",";
                }
                out.append(array.isEmpty() ? "[]" : "]");
            }
            case String text -> text(text);
            case null -> out.append("null");
            default -> out.append(value);
        }
    }

    private void object(Map<?, ?> object) {
        Map<byte[], Object> sorted = new TreeMap<>(Arrays::compareUnsigned);
        object.forEach((name, value) -> sorted.put(String.valueOf(name).getBytes(UTF_8), name));
        String between = "{";
        for (Object name : sorted.values()) {
            out.append(between);
            text(String.valueOf(name));
            out.append(':');
            write(object.get(name));
            between = ",";
        }
        out.append(object.isEmpty() ? "{}" : "}");
    }

    private void text(String text) {
        out.append('"');
        String wellFormed = Json.wellFormed(text);
        for (int i = 0; i < wellFormed.length(); i++) {
            char c = wellFormed.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == '\u2028' || c == '\u2029') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
