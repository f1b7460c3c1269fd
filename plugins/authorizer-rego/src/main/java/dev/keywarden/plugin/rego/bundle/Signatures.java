package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.json.GoJson;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signature of a bundle: one JSON Web Signature over the names and hashes of all its files.
 *
 * @implSpec OPA, "Signing", and {@code bundle/verify.go}; stricter in that the header must name the key's own algorithm and
 *     that files are hashed with SHA-2 only
 */
final class Signatures {
    static final String NAME = ".signatures.json";

    private static final Map<String, String> HASHES =
            Map.of("SHA-256", "SHA-256", "SHA-384", "SHA-384", "SHA-512", "SHA-512", "SHA-512-256", "SHA-512/256");

    private final Map<String, VerificationKey> keys;
    private final boolean required;

    Signatures(Map<String, VerificationKey> keys, boolean required) {
        this.keys = Map.copyOf(keys);
        this.required = required;
    }

    /**
     * Checks a bundle.
     *
     * @return whose signature it bears, or null if it has none and needs none
     * @throws PolicyException if it needs one, or the one it has does not hold
     */
    @Nullable String check(BundleFiles files) throws PolicyException {
        byte[] text = files.get(NAME);
        if (text == null) {
            if (required) {
                throw new PolicyException(
                        Code.BUNDLE_UNSIGNED,
                        "has no signature, and require_signature is set; opa build --signing-key makes one");
            }
            return null;
        }
        if (keys.isEmpty()) {
            throw bad("it can't be checked: no keys are configured (core.authorization.rego.keys)");
        }
        try {
            return check(token(text), files);
        } catch (MalformedJsonException e) {
            throw bad("it is broken: " + e.getMessage());
        }
    }

    private static String token(byte[] text) throws MalformedJsonException, PolicyException {
        if (!(Json.parse(text) instanceof Map<?, ?> file) || !(file.get("signatures") instanceof List<?> tokens)) {
            throw bad("it is no object with a list of signatures");
        }
        Object plugin = file.get("plugin");
        if (plugin != null && !plugin.equals("") && !plugin.equals("_default")) {
            throw bad("it is made for another verifier");
        }
        if (tokens.size() != 1 || !(tokens.getFirst() instanceof String token)) {
            throw bad("there must be exactly one signature");
        }
        return token;
    }

    private String check(String token, BundleFiles files) throws MalformedJsonException, PolicyException {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw bad("it is no JSON Web Signature");
        }
        Map<?, ?> header = object(decode(parts[0]));
        Map<?, ?> payload = object(decode(parts[1]));
        String id = keyId(header, payload);
        VerificationKey key = keys.get(id);
        if (key == null) {
            throw bad("it is made with the key \"" + printable(id) + "\", which is not configured");
        }
        if (!key.algorithm().jose().equals(header.get("alg"))) {
            throw bad("it is not made with " + key.algorithm().jose() + ", as its key is configured");
        }
        if (header.containsKey("crit")) {
            throw bad("it has critical extensions, of which none is known");
        }
        if (!key.verifies((parts[0] + "." + parts[1]).getBytes(US_ASCII), decode(parts[2]))) {
            throw bad("it is not made with the key \"" + printable(id) + "\", or what it signs was changed");
        }
        Object scope = payload.get("scope");
        if (!key.scope().equals(scope == null ? "" : scope)) {
            throw bad("its scope is not the key's, \"" + printable(key.scope()) + "\"");
        }
        checkFiles(payload, files);
        return id;
    }

    private String keyId(Map<?, ?> header, Map<?, ?> payload) throws PolicyException {
        Object id = header.get("kid") != null ? header.get("kid") : payload.get("keyid");
        if (id instanceof String text && !text.isEmpty()) {
            return text;
        }
        if (keys.size() == 1) {
            return keys.keySet().iterator().next();
        }
        throw bad("it names no key, and several are configured");
    }

    private static void checkFiles(Map<?, ?> payload, BundleFiles files)
            throws PolicyException, MalformedJsonException {
        if (!(payload.get("files") instanceof List<?> listed)) {
            throw bad("it lists no files");
        }
        Set<String> left = new HashSet<>(files.all().keySet());
        left.remove(NAME);
        for (Object each : listed) {
            if (!(each instanceof Map<?, ?> file) || !(file.get("name") instanceof String name)) {
                throw bad("it lists a file without a name");
            }
            byte[] content = files.get(name);
            if (content == null || !left.remove(name)) {
                throw bad("it lists " + BundleFiles.shown(name) + ", which is not in the bundle, or twice");
            }
            if (!hash(name, content, String.valueOf(file.get("algorithm"))).equals(file.get("hash"))) {
                throw bad("the hash of " + BundleFiles.shown(name) + " is another one");
            }
        }
        if (!left.isEmpty()) {
            throw bad("it does not cover " + BundleFiles.shown(left.iterator().next()));
        }
    }

    /** Documents are hashed by what they mean, other files by their bytes. */
    private static String hash(String name, byte[] content, String algorithm)
            throws PolicyException, MalformedJsonException {
        String jca = HASHES.get(algorithm);
        if (jca == null) {
            throw bad("it hashes " + BundleFiles.shown(name) + " with something other than SHA-2");
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(jca);
            String last = name.substring(name.lastIndexOf('/') + 1);
            if (last.equals("data.json") || last.equals(Manifest.NAME)) {
                GoJson.update(digest, Json.parse(content));
            } else {
                digest.update(content);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-2", e);
        }
    }

    private static Map<?, ?> object(byte[] json) throws MalformedJsonException, PolicyException {
        if (Json.parse(json) instanceof Map<?, ?> object) {
            return object;
        }
        throw bad("it is no JSON Web Signature");
    }

    private static byte[] decode(String base64) throws PolicyException {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw bad("it is no JSON Web Signature");
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    private static PolicyException bad(String problem) {
        return new PolicyException(Code.BUNDLE_BAD_SIGNATURE, "has a signature that does not hold: " + problem);
    }
}
