package dev.keywarden.app.config;

import dev.keywarden.app.audit.AuditSettings;
import dev.keywarden.host.SignaturePolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration that was checked as a whole.
 *
 * @param configuration the typed keys
 * @param chain ids of the authorizers, in order, never empty
 * @param attestationSettings tables {@code core.attestation.<id>} by plugin id
 * @param authorizationSettings tables {@code core.authorization.<id>} by authorizer id
 * @param pins SHA-256 in hex by plugin id, from {@code core.plugins.pins}
 * @param files which files took part
 * @param warnings what a person should look at, one sentence each
 */
public record NodeSettings(
        KmsConfiguration configuration,
        List<String> chain,
        Map<String, Map<String, Object>> attestationSettings,
        Map<String, Map<String, Object>> authorizationSettings,
        Map<String, String> pins,
        List<Path> files,
        List<String> warnings) {

    /** The authorizer that is part of the application: allows everything (wire protocol, section 4.3). */
    public static final String DEV_AUTHORIZER = "dev";

    public NodeSettings {
        chain = List.copyOf(chain);
        attestationSettings = Map.copyOf(attestationSettings);
        authorizationSettings = Map.copyOf(authorizationSettings);
        pins = Map.copyOf(pins);
        files = List.copyOf(files);
        warnings = List.copyOf(warnings);
    }

    /**
     * Checks a merged tree.
     *
     * @throws ConfigurationException with every problem found
     */
    public static NodeSettings from(ConfigurationTree tree) {
        return new SettingsCheck(tree).check();
    }

    /** Where a node keeps its root keys and certificates. */
    public Path certDir() {
        return configuration.core().certDir();
    }

    /** The file of decision records. */
    public Path auditFile() {
        Path configured = configuration.core().audit().file();
        return configured != null ? configured : besideCertDir("audit").resolve("decisions.jsonl");
    }

    /** Where records lie, and how many. */
    public AuditSettings audit() {
        KmsConfiguration.Audit audit = configuration.core().audit();
        Path evidence = audit.evidenceDir();
        return new AuditSettings(
                auditFile(),
                audit.rotateBytes(),
                audit.rotateAfter(),
                audit.keepFor(),
                evidence != null ? evidence : auditFile().resolveSibling("evidence"),
                audit.evidenceBytes());
    }

    /** Where plugins keep what they must remember. */
    public Path pluginState() {
        Path configured = configuration.core().plugins().stateDir();
        return configured != null ? configured : besideCertDir("plugins-state");
    }

    /** Whose signatures count on plugins, and what was revoked. */
    public SignaturePolicy signatures() {
        return PluginTrustCheck.policy(configuration.core().plugins());
    }

    /** Whether attestation gates the node itself, which is everything but the reference's compatibility mode. */
    public boolean quoteEnabled() {
        return configuration.core().onboard().quoteEnabled();
    }

    /** Whether the chain is the built-in authorizer alone, which GetMeta shows as {@code is_dev}. */
    public boolean isDev() {
        return chain.equals(List.of(DEV_AUTHORIZER));
    }

    /** A copy of the plugin tables in which one attestation plugin has other settings. */
    public NodeSettings withAttestationSettings(String id, Map<String, Object> table) {
        Map<String, Map<String, Object>> changed = new LinkedHashMap<>(attestationSettings);
        changed.put(id, table);
        return new NodeSettings(configuration, chain, changed, authorizationSettings, pins, files, warnings);
    }

    private Path besideCertDir(String name) {
        Path parent = certDir().toAbsolutePath().getParent();
        return (parent == null ? certDir().toAbsolutePath() : parent).resolve(name);
    }

    /** The names in the order given, for messages. */
    static String quoted(Iterable<String> names) {
        List<String> quoted = new ArrayList<>();
        names.forEach(name -> quoted.add('"' + name + '"'));
        return "[" + String.join(", ", quoted) + "]";
    }
}
