package dev.keywarden.plugin.rego.facts;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** By what a list is looked up: one field of the boot info, or several joined with a slash. Each has one width. */
public final class FactKey {
    private static final Map<String, Part> PARTS = Map.of(
            "mr_aggregated", new Part(BootInfo.HASH_BYTES, BootInfo::mrAggregated),
            "mr_system", new Part(BootInfo.HASH_BYTES, BootInfo::mrSystem),
            "os_image_hash", new Part(BootInfo.HASH_BYTES, BootInfo::osImageHash),
            "app_id", new Part(BootInfo.APP_ID_BYTES, BootInfo::appId),
            "compose_hash", new Part(BootInfo.HASH_BYTES, BootInfo::composeHash),
            "instance_id", new Part(BootInfo.INSTANCE_ID_BYTES, BootInfo::instanceId),
            "device_id", new Part(BootInfo.HASH_BYTES, BootInfo::deviceId));

    private final String text;
    private final List<Part> parts;
    private final int width;

    private record Part(int width, Function<BootInfo, Bytes> field) {}

    private FactKey(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
        this.width = parts.stream().mapToInt(Part::width).sum();
    }

    /**
     * Understands the setting.
     *
     * @throws IllegalArgumentException if it names anything but fields of the boot info that have one width
     */
    public static FactKey parse(String text) {
        List<Part> parts = new ArrayList<>();
        for (String name : text.split("/", -1)) {
            Part part = PARTS.get(name);
            if (part == null) {
                throw new IllegalArgumentException(
                        "key must be one of " + String.join(", ", new TreeSet<>(PARTS.keySet()))
                                + ", or several joined with \"/\", not \"" + text + "\"");
            }
            parts.add(part);
        }
        return new FactKey(text, List.copyOf(parts));
    }

    /** Length in bytes. */
    int width() {
        return width;
    }

    /** The key of this boot info, or null if a field of it is empty. */
    byte @Nullable [] of(BootInfo bootInfo) {
        byte[] key = new byte[width];
        int at = 0;
        for (Part part : parts) {
            Bytes value = part.field.apply(bootInfo);
            if (value.length() != part.width) {
                return null;
            }
            System.arraycopy(value.toArray(), 0, key, at, part.width);
            at += part.width;
        }
        return key;
    }

    /**
     * Decodes a key as lists spell it.
     *
     * @param target gets the bytes, from its beginning
     * @return null, or what is wrong with the text
     */
    @Nullable String decode(String spelled, byte[] target) {
        int digits = 0;
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            int end = digits + 2 * parts.get(i).width;
            boolean last = i == parts.size() - 1;
            if (last ? spelled.length() != end : spelled.length() <= end || spelled.charAt(end) != '/') {
                return wrong(spelled);
            }
            for (; digits < end; digits += 2) {
                int high = digit(spelled.charAt(digits));
                int low = digit(spelled.charAt(digits + 1));
                if (high < 0 || low < 0) {
                    return wrong(spelled);
                }
                target[at++] = (byte) ((high << 4) | low);
            }
            digits++;
        }
        return null;
    }

    private String wrong(String spelled) {
        if (spelled.contains("0x") || spelled.contains("0X")) {
            return "the key begins with 0x; keys are hex without a prefix";
        }
        if (!spelled.equals(spelled.toLowerCase(java.util.Locale.ROOT))) {
            return "the key has upper-case letters; keys are hex in lower case";
        }
        StringBuilder form = new StringBuilder();
        for (Part part : parts) {
            form.append(form.isEmpty() ? "" : ", \"/\", ")
                    .append(2 * part.width)
                    .append(" hex digits");
        }
        return "the key has " + spelled.length() + " characters and is not " + text + ": " + form;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }

    /** As the configuration spells it. */
    @Override
    public String toString() {
        return text;
    }
}
