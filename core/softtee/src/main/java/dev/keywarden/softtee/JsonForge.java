package dev.keywarden.softtee;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A JSON object of which every member can be put, replaced and removed by its path, written compactly in the order in
 * which members were put. Paths go through members and indices with slashes between: {@code tcbLevels/0/tcb/pcesvn}.
 */
public final class JsonForge {
    private final Map<String, Object> root = new LinkedHashMap<>();

    /** A token that is written as it stands, for values that are not what they should be. */
    public record Token(String text) {}

    JsonForge() {}

    /**
     * Puts a value in a place whose parent is there; a list takes one more at the index after its last.
     *
     * @param value a string, a number, a boolean, a {@link Token}, or a map or list of such
     */
    public JsonForge set(String path, Object value) {
        Object parent = parent(path);
        String name = last(path);
        if (parent instanceof List<?>) {
            List<Object> list = asList(parent);
            int index = Integer.parseInt(name);
            if (index == list.size()) {
                list.add(copy(value));
            } else {
                list.set(index, copy(value));
            }
        } else {
            asMap(parent).put(name, copy(value));
        }
        return this;
    }

    /** Takes a member or an element out. */
    public JsonForge remove(String path) {
        Object parent = parent(path);
        if (parent instanceof List<?>) {
            asList(parent).remove(Integer.parseInt(last(path)));
        } else {
            asMap(parent).remove(last(path));
        }
        return this;
    }

    /** The value in a place. */
    public Object get(String path) {
        Object parent = parent(path);
        Object value = parent instanceof List<?> list
                ? list.get(Integer.parseInt(last(path)))
                : asMap(parent).get(last(path));
        return Objects.requireNonNull(value, path);
    }

    /** How many elements the list in a place has. */
    public int size(String path) {
        return asList(get(path)).size();
    }

    /** The names of the members of the object in a place; the empty path is the whole. */
    public List<String> names(String path) {
        return List.copyOf(asMap(path.isEmpty() ? root : get(path)).keySet());
    }

    /** Puts the list in a place in reverse order. */
    public JsonForge reverse(String path) {
        List<Object> list = asList(get(path));
        List<Object> reversed = new ArrayList<>(list.reversed());
        return set(path, reversed);
    }

    /** The object as text without white space. */
    public String text() {
        StringBuilder text = new StringBuilder();
        write(text, root);
        return text.toString();
    }

    private Object parent(String path) {
        Object place = root;
        String[] names = path.split("/", -1);
        for (int i = 0; i < names.length - 1; i++) {
            place = place instanceof List<?> list
                    ? list.get(Integer.parseInt(names[i]))
                    : Objects.requireNonNull(asMap(place).get(names[i]), path);
        }
        return place;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Object copy(Object value) {
        if (value instanceof Map<?, ?>) {
            Map<String, Object> copy = new LinkedHashMap<>();
            asMap(value).forEach((name, member) -> copy.put(name, copy(member)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(copy(element)));
            return copy;
        }
        return value;
    }

    @SuppressWarnings("unchecked") // Only maps of this kind are ever put in.
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked") // Only lists of this kind are ever put in.
    private static List<Object> asList(Object value) {
        return (List<Object>) value;
    }

    private static void write(StringBuilder text, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                text.append('{');
                asMap(map).forEach((name, member) -> {
                    text.append(text.charAt(text.length() - 1) == '{' ? "" : ",");
                    write(text, name);
                    text.append(':');
                    write(text, member);
                });
                text.append('}');
            }
            case List<?> list -> {
                text.append('[');
                for (Object element : list) {
                    text.append(text.charAt(text.length() - 1) == '[' ? "" : ",");
                    write(text, element);
                }
                text.append(']');
            }
            case String string -> text.append(quoted(string));
            case Token token -> text.append(token.text());
            default -> text.append(value);
        }
    }

    /** A string as JSON writes it. */
    static String quoted(String string) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < string.length(); i++) {
            char character = string.charAt(i);
            if (character == '"' || character == '\\') {
                text.append('\\').append(character);
            } else if (character < 0x20) {
                text.append("\\u%04x".formatted((int) character));
            } else {
                text.append(character);
            }
        }
        return text.append('"').toString();
    }
}
