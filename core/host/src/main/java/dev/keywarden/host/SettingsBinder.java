package dev.keywarden.host;

import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds a tree of settings to a record, strictly, by the rules of {@link dev.keywarden.spi.PluginContext#settings}.
 *
 * <p>Every problem of the whole tree is found before anything is reported.
 */
public final class SettingsBinder {
    private final List<String> problems = new ArrayList<>();

    private SettingsBinder() {}

    /**
     * Binds.
     *
     * @param tree nested maps, lists, strings, booleans and numbers
     * @param path dotted name of the tree, for messages; empty for the root
     * @param type the record
     * @throws PluginException with kind {@code MISCONFIGURED}, one line for each problem, beginning with the dotted key
     */
    public static <T extends Record> T bind(Map<String, Object> tree, String path, Class<T> type) {
        SettingsBinder binder = new SettingsBinder();
        @Nullable T bound = binder.table(tree, path, type);
        if (bound == null || !binder.problems.isEmpty()) {
            throw new PluginException(PluginException.Kind.MISCONFIGURED, String.join("\n", binder.problems));
        }
        return bound;
    }

    private <T> @Nullable T table(Map<?, ?> tree, String path, Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        Set<String> known = new LinkedHashSet<>();
        @Nullable Object[] values = new Object[components.length];
        boolean complete = true;
        for (int i = 0; i < components.length; i++) {
            String key = snakeCase(components[i].getName());
            known.add(key);
            Object raw = tree.get(key);
            values[i] = raw == null
                    ? absent(components[i], path, key)
                    : convert(raw, join(path, key), components[i].getGenericType());
            complete &= values[i] != null || (raw == null && isNullable(components[i]));
        }
        for (Object key : tree.keySet()) {
            if (!known.contains(String.valueOf(key))) {
                problems.add(join(path, String.valueOf(key)) + " is not a known key"
                        + NearestName.hint(String.valueOf(key), known));
            }
        }
        return complete ? construct(type, components, values, path) : null;
    }

    private @Nullable Object absent(RecordComponent component, String path, String key) {
        if (!isNullable(component)) {
            problems.add(join(path, key) + " is missing");
        }
        return null;
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private <T> @Nullable T construct(
            Class<T> type, RecordComponent[] components, @Nullable Object[] values, String path) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            String why = cause instanceof IllegalArgumentException && cause.getMessage() != null
                    ? cause.getMessage()
                    : "is refused by " + type.getSimpleName() + " (" + cause + ")";
            problems.add((path.isEmpty() ? "" : path + ": ") + why);
            return null;
        } catch (ReflectiveOperationException e) {
            throw new PluginException(
                    PluginException.Kind.INTERNAL, "the settings record " + type.getName() + " can't be made", e);
        }
    }

    private @Nullable Object convert(Object raw, String path, Type type) {
        if (type instanceof ParameterizedType parameterized && parameterized.getRawType() == List.class) {
            return list(raw, path, parameterized.getActualTypeArguments()[0]);
        }
        if (type instanceof ParameterizedType parameterized
                && parameterized.getRawType() == Map.class
                && parameterized.getActualTypeArguments()[0] == String.class) {
            return map(raw, path, parameterized.getActualTypeArguments()[1]);
        }
        if (!(type instanceof Class<?> target)) {
            throw new PluginException(
                    PluginException.Kind.INTERNAL, path + ": settings can't be of the type " + type.getTypeName());
        }
        if (target.isRecord()) {
            if (raw instanceof Map<?, ?> nested) {
                return table(nested, path, target);
            }
            return problem(path, "must be a table", raw);
        }
        if (target == boolean.class || target == Boolean.class) {
            return raw instanceof Boolean ? raw : problem(path, "must be true or false", raw);
        }
        if (target == int.class || target == Integer.class || target == long.class || target == Long.class) {
            return number(raw, path, target);
        }
        return raw instanceof String text ? fromText(text, path, target) : problem(path, "must be text", raw);
    }

    private @Nullable Object number(Object raw, String path, Class<?> target) {
        if (!(raw instanceof Integer || raw instanceof Long)) {
            return problem(path, "must be a whole number", raw);
        }
        long value = ((Number) raw).longValue();
        if (target == long.class || target == Long.class) {
            return value;
        }
        return value == (int) value ? (Object) (int) value : problem(path, "is too large a number", raw);
    }

    private @Nullable Object list(Object found, String path, Type element) {
        if (!(found instanceof List<?> elements)) {
            return problem(path, "must be a list", found);
        }
        List<Object> converted = new ArrayList<>();
        boolean complete = true;
        for (int i = 0; i < elements.size(); i++) {
            String at = path + "[" + i + "]";
            Object raw = elements.get(i);
            Object value = raw == null ? problem(at, "must have a value", "nothing") : convert(raw, at, element);
            complete &= value != null;
            if (value != null) {
                converted.add(value);
            }
        }
        return complete ? List.copyOf(converted) : null;
    }

    /** A table whose keys a person chooses. */
    private @Nullable Object map(Object found, String path, Type value) {
        if (!(found instanceof Map<?, ?> entries)) {
            return problem(path, "must be a table", found);
        }
        Map<String, Object> converted = new LinkedHashMap<>();
        boolean complete = true;
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            String key = String.valueOf(entry.getKey());
            Object bound = convert(entry.getValue(), join(path, key), value);
            complete &= bound != null;
            if (bound != null) {
                converted.put(key, bound);
            }
        }
        return complete ? Collections.unmodifiableMap(converted) : null;
    }

    private @Nullable Object fromText(String text, String path, Class<?> target) {
        if (target == String.class) {
            return text;
        }
        if (target == Duration.class) {
            return DurationText.parse(text)
                    .map(Object.class::cast)
                    .orElseGet(() -> problem(path, "must be a duration such as 250ms, 5s, 2m, 1h or 1d", text));
        }
        if (target == Path.class) {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                return problem(path, "must be a path", text);
            }
        }
        if (target == Bytes.class) {
            try {
                return Bytes.fromHex(text);
            } catch (IllegalArgumentException e) {
                return problem(path, "must be hex", text.length() + " characters");
            }
        }
        if (target.isEnum()) {
            return constant(text, path, target);
        }
        throw new PluginException(
                PluginException.Kind.INTERNAL, path + ": settings can't be of the type " + target.getName());
    }

    private @Nullable Object constant(String text, String path, Class<?> target) {
        List<String> names = new ArrayList<>();
        for (Object constant : target.getEnumConstants()) {
            String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return constant;
            }
            names.add(name);
        }
        problems.add(path + " = \"" + text + "\" is not known" + NearestName.hint(text, names));
        return null;
    }

    private @Nullable Object problem(String path, String rule, Object found) {
        String shown = String.valueOf(found);
        problems.add(path + " " + rule + ", not " + (shown.length() > 64 ? shown.substring(0, 64) + "..." : shown));
        return null;
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** {@code maxAnswerBytes} is written {@code max_answer_bytes}. */
    private static String snakeCase(String name) {
        StringBuilder snake = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                snake.append('_').append(Character.toLowerCase(c));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }
}
