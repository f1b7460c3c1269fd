package dev.keywarden.app.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reference's keys about collateral and trust anchors (wire protocol, section 12), which here are settings of the
 * {@code tdx} plugin: {@code core.pccs_url}, {@code core.attestation.urls.pccs}, {@code core.attestation.root_ca.tdx} and
 * {@code core.attestation.insecure_allow_external_trust_anchors}. The plugin's own table wins where both are given.
 */
final class ReferenceAttestationKeys {
    private static final String PLUGIN = "tdx";
    private static final String INSECURE = "insecure_allow_external_trust_anchors";

    private final List<String> problems;
    private final List<String> warnings;

    ReferenceAttestationKeys(List<String> problems, List<String> warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    /**
     * Takes the reference's tables out and puts what they say where the plugin looks for it.
     *
     * @param attestation the table {@code core.attestation}; loses {@code urls} and {@code root_ca}
     * @param core the table {@code core}
     */
    void inherit(Map<String, Object> attestation, Map<String, Object> core) {
        Object urls = attestation.remove("urls");
        Object roots = attestation.remove("root_ca");
        Map<String, Object> settings = new LinkedHashMap<>();
        if (attestation.get(PLUGIN) instanceof Map<?, ?> own) {
            own.forEach((key, value) -> settings.put(String.valueOf(key), value));
        }
        inheritRoot(roots, settings);
        inheritService(text(urls, "pccs", "core.attestation.urls"), core.get("pccs_url"), settings);
        if (attestation.get(INSECURE) instanceof Boolean insecure) {
            settings.putIfAbsent(INSECURE, insecure);
        }
        if (!settings.isEmpty()) {
            attestation.put(PLUGIN, settings);
        }
    }

    private void inheritRoot(@Nullable Object table, Map<String, Object> settings) {
        @Nullable String file = text(table, PLUGIN, "core.attestation.root_ca");
        if (file != null && !file.isEmpty()) {
            settings.putIfAbsent("roots", List.of(file));
        }
    }

    private static void inheritService(@Nullable String newer, @Nullable Object older, Map<String, Object> settings) {
        @Nullable String url = newer != null ? newer : older instanceof String text ? text : null;
        if (url == null || url.isEmpty()) {
            return;
        }
        Map<String, Object> collateral = new LinkedHashMap<>();
        if (settings.get("collateral") instanceof Map<?, ?> own) {
            own.forEach((key, value) -> collateral.put(String.valueOf(key), value));
        }
        if (!collateral.containsKey("file")) {
            collateral.putIfAbsent("urls", List.of(url));
        }
        settings.put("collateral", collateral);
    }

    /** One member of a table; the others are of platforms that no plugin here verifies. */
    private @Nullable String text(@Nullable Object table, String member, String path) {
        if (table == null) {
            return null;
        }
        if (!(table instanceof Map<?, ?> entries)) {
            problems.add(path + " must be a table");
            return null;
        }
        List<String> others = new ArrayList<>();
        entries.keySet().stream()
                .map(String::valueOf)
                .filter(key -> !key.equals(member))
                .sorted()
                .forEach(others::add);
        others.forEach(
                key -> warnings.add(path + "." + key + " has no effect: no plugin verifies evidence of that platform"));
        Object value = entries.get(member);
        if (value != null && !(value instanceof String)) {
            problems.add(path + "." + member + " must be text");
            return null;
        }
        return (String) value;
    }
}
