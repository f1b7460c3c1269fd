package dev.keywarden.dcap;

import dev.keywarden.dcap.StrictJson.MalformedJsonException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An object of {@link StrictJson} whose members are asked for by name and form; what is not asked for is ignored. */
final class JsonObject {
    private static final String TIME_FORM = "dddd-dd-ddTdd:dd:ddZ";

    private final String path;
    private final Map<String, Object> members;

    JsonObject(String path, Map<String, Object> members) {
        this.path = path;
        this.members = members;
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    /** Whether the member is missing or {@code null}. */
    boolean lacks(String name) {
        Object value = members.get(name);
        return value == null || value == StrictJson.Other.NULL;
    }

    String text(String name) throws MalformedJsonException {
        if (present(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a string");
    }

    /** A string, or nothing if there is no such member. */
    Optional<String> optionalText(String name) throws MalformedJsonException {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /** A string of hex digits of either case for exactly this many bytes. */
    ByteView hex(String name, int bytes) throws MalformedJsonException {
        String text = text(name);
        if (text.length() == 2 * bytes) {
            try {
                return ByteView.wrap(HexFormat.of().parseHex(text));
            } catch (IllegalArgumentException e) {
                // The same complaint as for the wrong length.
            }
        }
        throw wrong(name, 2 * bytes + " hex digits");
    }

    /** A plain integer from zero to {@code max}. */
    long integer(String name, long max) throws MalformedJsonException {
        if (present(name) instanceof Long number && number <= max) {
            return number;
        }
        throw wrong(name, "an integer from 0 to " + max);
    }

    /** A time in UTC of the form {@code yyyy-MM-ddTHH:mm:ssZ}. */
    Instant time(String name) throws MalformedJsonException {
        String text = text(name);
        if (hasTimeForm(text)) {
            try {
                return LocalDateTime.parse(text.substring(0, text.length() - 1)).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                throw wrong(name, "a time that exists");
            }
        }
        throw wrong(name, "a time of the form yyyy-MM-ddTHH:mm:ssZ");
    }

    JsonObject object(String name) throws MalformedJsonException {
        return asObject(present(name), path + name, name);
    }

    /** A list of one to {@code max} objects. */
    List<JsonObject> objects(String name, int max) throws MalformedJsonException {
        List<?> elements = list(name, max);
        if (elements.isEmpty()) {
            throw wrong(name, "a list that is not empty");
        }
        List<JsonObject> objects = new ArrayList<>(elements.size());
        for (Object element : elements) {
            objects.add(asObject(element, path + name + '[' + objects.size() + ']', name));
        }
        return objects;
    }

    /** A list of strings, empty if there is no such member. */
    List<String> optionalTexts(String name, int max) throws MalformedJsonException {
        if (!has(name)) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list(name, max)) {
            if (!(element instanceof String text)) {
                throw wrong(name, "a list of strings");
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    private List<?> list(String name, int max) throws MalformedJsonException {
        if (present(name) instanceof List<?> elements && elements.size() <= max) {
            return elements;
        }
        throw wrong(name, "a list of at most " + max);
    }

    @SuppressWarnings("unchecked") // StrictJson makes maps of this kind and no other.
    private JsonObject asObject(Object value, String place, String name) throws MalformedJsonException {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject(place + '.', (Map<String, Object>) map);
        }
        throw wrong(name, "an object");
    }

    private Object present(String name) throws MalformedJsonException {
        @Nullable Object value = members.get(name);
        if (value == null) {
            throw new MalformedJsonException("member \"" + path + name + "\" is missing");
        }
        return value;
    }

    private MalformedJsonException wrong(String name, String expected) {
        return new MalformedJsonException("member \"" + path + name + "\" must be " + expected);
    }

    private static boolean hasTimeForm(String text) {
        if (text.length() != TIME_FORM.length()) {
            return false;
        }
        for (int i = 0; i < TIME_FORM.length(); i++) {
            char form = TIME_FORM.charAt(i);
            char found = text.charAt(i);
            boolean fits = form == 'd' ? found >= '0' && found <= '9' : found == form;
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
