package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data of a bundle: every {@code data.json} in it, put together by the folders they are in. */
final class BundleData {
    private static final String FILE = "data.json";

    private final Map<String, @Nullable Object> tree = new LinkedHashMap<>();

    private BundleData() {}

    /** One JSON object. */
    static byte[] of(BundleFiles files, Manifest manifest) throws PolicyException {
        List<String> names = new ArrayList<>();
        for (String name : files.all().keySet()) {
            String last = name.substring(name.lastIndexOf('/') + 1);
            if (last.equals(FILE)) {
                names.add(name);
            } else if (last.equals("data.yaml") || last.equals("data.yml")) {
                throw new PolicyException(
                        Code.BUNDLE_BAD_DATA, "has " + name + "; only data.json is read, which opa build makes of it");
            } else if (name.equals("patch.json")) {
                throw new PolicyException(Code.BUNDLE_BAD_MANIFEST, "is a delta bundle, which is not supported");
            }
        }
        boolean wholeIsOneFile = names.equals(List.of(FILE)) && manifest.roots().contains("");
        byte[] only = files.get(FILE);
        if (only != null && wholeIsOneFile) {
            requireObject(only, FILE);
            return only;
        }
        BundleData data = new BundleData();
        for (String name : names) {
            byte[] text = files.get(name);
            if (text != null) {
                data.add(name, text, manifest);
            }
        }
        return names.isEmpty() ? "{}".getBytes(UTF_8) : Json.write(data.tree);
    }

    private static void requireObject(byte[] text, String name) throws PolicyException {
        try {
            Json.requireObject(text);
        } catch (MalformedJsonException e) {
            throw broken(name, e);
        }
    }

    private static PolicyException broken(String name, MalformedJsonException e) {
        return new PolicyException(Code.BUNDLE_BAD_DATA, "has a broken " + name + ": " + e.getMessage(), e);
    }

    private void add(String name, byte[] text, Manifest manifest) throws PolicyException {
        Object value;
        try {
            value = Json.parse(text);
        } catch (MalformedJsonException e) {
            throw broken(name, e);
        }
        List<String> folder = new ArrayList<>(List.of(name.split("/")));
        folder.removeLast();
        if (folder.isEmpty()) {
            if (!(value instanceof Map<?, ?> object)) {
                throw new PolicyException(Code.BUNDLE_BAD_DATA, "has a " + FILE + " that is no object");
            }
            checkRoots(value, folder, manifest);
            merge(tree, object, name);
            return;
        }
        checkRoots(value, folder, manifest);
        Map<String, @Nullable Object> at = tree;
        for (String step : folder.subList(0, folder.size() - 1)) {
            at = child(at, step, name);
        }
        put(at, folder.getLast(), value, name);
    }

    /** What lies outside the roots belongs to another bundle, or to nobody. */
    private static void checkRoots(@Nullable Object value, List<String> path, Manifest manifest)
            throws PolicyException {
        if (manifest.owns(path)) {
            return;
        }
        if (!(value instanceof Map<?, ?> object) || !manifest.ownsBelow(path)) {
            throw new PolicyException(
                    Code.BUNDLE_BAD_DATA,
                    "has data at " + BundleFiles.shown(String.join("/", path)) + ", outside the roots of its manifest");
        }
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            List<String> below = new ArrayList<>(path);
            below.add(String.valueOf(entry.getKey()));
            checkRoots(entry.getValue(), below, manifest);
        }
    }

    private static Map<String, @Nullable Object> child(Map<String, @Nullable Object> at, String step, String name)
            throws PolicyException {
        Object child = at.computeIfAbsent(step, key -> new LinkedHashMap<String, @Nullable Object>());
        if (child instanceof Map<?, ?> object) {
            @SuppressWarnings("unchecked") // every object in the tree was made here
            Map<String, @Nullable Object> known = (Map<String, @Nullable Object>) object;
            return known;
        }
        throw conflict(name);
    }

    private static void put(Map<String, @Nullable Object> at, String key, @Nullable Object value, String name)
            throws PolicyException {
        if (value instanceof Map<?, ?> object) {
            merge(child(at, key, name), object, name);
        } else if (at.containsKey(key)) {
            throw conflict(name);
        } else {
            at.put(key, value);
        }
    }

    private static void merge(Map<String, @Nullable Object> at, Map<?, ?> object, String name) throws PolicyException {
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            put(at, String.valueOf(entry.getKey()), entry.getValue(), name);
        }
    }

    private static PolicyException conflict(String name) {
        return new PolicyException(Code.BUNDLE_BAD_DATA, "says twice what is at the place of " + name);
    }
}
