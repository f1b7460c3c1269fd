package dev.keywarden.app.config;

import dev.keywarden.host.Combine;
import dev.keywarden.host.SettingsBinder;
import dev.keywarden.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a merged tree into {@link NodeSettings}, or collects everything that is wrong with it. */
final class SettingsCheck {

    /** Smaller files would be more names than records. */
    private static final long SMALLEST_LOG_BYTES = 65536;

    /** Longer than any listener can sensibly wait. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    private final ConfigurationTree tree;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param given left as it is: the check takes tables out of a copy */
    SettingsCheck(ConfigurationTree given) {
        this.tree = new ConfigurationTree(copyOf(given.tree()), given.files());
    }

    private static Map<String, Object> copyOf(Map<?, ?> table) {
        Map<String, Object> copy = new LinkedHashMap<>();
        table.forEach((key, value) ->
                copy.put(String.valueOf(key), value instanceof Map<?, ?> nested ? copyOf(nested) : value));
        return copy;
    }

    NodeSettings check() {
        // [default] configures the reference's web framework and has no effect there either (section 17, row 12).
        tree.tree().remove("default");
        Map<String, Object> attestationTable = tableIfOne("core.attestation");
        new ReferenceAttestationKeys(problems, warnings).inherit(attestationTable, tableIfOne("core"));
        Map<String, Map<String, Object>> attestation = takeTables(attestationTable);
        Map<String, Map<String, Object>> authorization = takeTables(tableIfOne("core.authorization"));
        Map<String, Map<String, Object>> authApi = takeTables(tableIfOne("core.auth_api"));
        Map<String, String> pins = takePins();
        // The reference's word for no limit, where every other value is a duration.
        tableIfOne("core.image").remove("download_timeout", "never");

        @Nullable KmsConfiguration configuration = bind();
        if (configuration == null) {
            throw new ConfigurationException(problems);
        }
        KmsConfiguration.Core core = configuration.core();
        List<String> chain = core.authorization().chain();
        if (chain == null) {
            chain = List.of(core.authApi().type());
        }
        List<String> asked = new ArrayList<>(chain);
        asked.addAll(core.authorization().shadow());
        warnAboutUnused("core.authorization", authorization, asked);
        warnAboutUnused("core.auth_api", authApi, chain);
        inheritAuthApi(authApi, authorization);
        checkAttestation(core);
        checkAuthorization(core, chain);
        new PluginTrustCheck(problems, warnings).check(core);
        checkAudit(core.audit());
        checkListeners(configuration);
        checkTlsFiles(configuration);
        checkAdminToken(core.adminTokenHash());
        warnAbout(core, chain, attestation);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new NodeSettings(configuration, chain, attestation, authorization, pins, tree.files(), warnings);
    }

    private @Nullable KmsConfiguration bind() {
        try {
            return SettingsBinder.bind(tree.tree(), "", KmsConfiguration.class);
        } catch (PluginException e) {
            problems.addAll(e.getMessage().lines().toList());
            return null;
        }
    }

    /** What is no table is left for the binder, which reports it along with everything else. */
    private Map<String, Object> tableIfOne(String path) {
        try {
            return tree.table(path);
        } catch (ConfigurationException e) {
            return new LinkedHashMap<>();
        }
    }

    /** Removes the nested tables of a table and returns them by key. */
    @SuppressWarnings("unchecked") // the parsers make tables with string keys only
    private static Map<String, Map<String, Object>> takeTables(Map<String, Object> table) {
        Map<String, Map<String, Object>> taken = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, Object>> entries = table.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<String, Object> entry = entries.next();
            if (entry.getValue() instanceof Map<?, ?> nested) {
                taken.put(entry.getKey(), (Map<String, Object>) nested);
                entries.remove();
            }
        }
        return taken;
    }

    private Map<String, String> takePins() {
        Map<String, String> pins = new LinkedHashMap<>();
        Object table = tableIfOne("core.plugins").remove("pins");
        if (table instanceof Map<?, ?> entries) {
            entries.forEach((id, digest) -> {
                if (digest instanceof String text && text.matches("[0-9a-fA-F]{64}")) {
                    pins.put(String.valueOf(id), text);
                } else {
                    problems.add("core.plugins.pins." + id
                            + " must be the SHA-256 of the archive, 64 hex digits; `keywarden plugins pin` prints it");
                }
            });
        } else if (table != null) {
            problems.add("core.plugins.pins must be a table of plugin id = \"sha-256\"");
        }
        return pins;
    }

    /** The reference keeps an authorizer's settings under {@code core.auth_api.<type>}; ours win where both are given. */
    private static void inheritAuthApi(
            Map<String, Map<String, Object>> authApi, Map<String, Map<String, Object>> authorization) {
        authApi.forEach((id, settings) -> {
            Map<String, Object> merged = new LinkedHashMap<>(settings);
            merged.putAll(authorization.getOrDefault(id, Map.of()));
            authorization.put(id, merged);
        });
    }

    private void checkAttestation(KmsConfiguration.Core core) {
        KmsConfiguration.Attestation attestation = core.attestation();
        if (attestation.accept().isEmpty()) {
            problems.add("core.attestation.accept is empty, so no caller could ever be attested. Name the attestation"
                    + " plugins whose evidence counts, for example accept = [\"mock\"]");
        }
        if (core.onboard().quoteEnabled() && attestation.attester() == null) {
            problems.add("core.attestation.attester is missing: with core.onboard.quote_enabled = true the node attests"
                    + " itself. Name the attestation plugin that does it, for example attester = \"mock\"");
        }
        requireTimeout("core.attestation.timeout", attestation.timeout());
        requireTimeout("core.onboard.source_timeout", core.onboard().sourceTimeout());
    }

    private void checkAuthorization(KmsConfiguration.Core core, List<String> chain) {
        if (chain.isEmpty()) {
            problems.add("core.authorization.chain is empty, so nothing could ever be allowed. Name at least one"
                    + " authorizer, for example chain = [\"allowlist\"]");
        }
        checkRule(core.authorization(), chain);
        requireTimeout("core.authorization.timeout", core.authorization().timeout());
    }

    private void checkRule(KmsConfiguration.Authorization authorization, List<String> chain) {
        String key = "core.authorization.combine";
        try {
            String problem =
                    Combine.parse(authorization.combine(), authorization.veto()).problemWith(chain.size());
            if (!problem.isEmpty()) {
                problems.add(key + " = \"" + authorization.combine() + "\" " + problem);
            }
        } catch (IllegalArgumentException e) {
            problems.add(key + " " + e.getMessage());
        }
    }

    private void checkAudit(KmsConfiguration.Audit audit) {
        if (audit.rotateBytes() < SMALLEST_LOG_BYTES) {
            problems.add(
                    "core.audit.rotate_bytes must be " + SMALLEST_LOG_BYTES + " or more, not " + audit.rotateBytes());
        }
        if (!audit.rotateAfter().isPositive()) {
            problems.add("core.audit.rotate_after must be longer than zero");
        }
        Duration keepFor = audit.keepFor();
        if (keepFor != null && !keepFor.isPositive()) {
            problems.add("core.audit.keep_for must be longer than zero; without it everything is kept");
        }
        if (audit.evidenceBytes() < 0) {
            problems.add("core.audit.evidence_bytes must be 0, which keeps none, or more");
        }
    }

    private void checkListeners(KmsConfiguration configuration) {
        requirePort("rpc.port", configuration.rpc().port());
        requirePort("core.onboard.port", configuration.core().onboard().port());
        requirePort("core.admin.port", configuration.core().admin().port());
        KmsConfiguration.Limits limits = configuration.rpc().limits();
        Duration delay = configuration.rpc().shutdownDelay();
        if (delay.isNegative() || delay.compareTo(LONGEST_TIMEOUT) > 0) {
            problems.add("rpc.shutdown_delay must be at most 1d");
        }
        requireCount("rpc.limits.max_connections", limits.maxConnections());
        requireCount("rpc.limits.max_requests_in_flight", limits.maxRequestsInFlight());
        requireTimeout("rpc.limits.handshake_timeout", limits.handshakeTimeout());
        requireTimeout("rpc.limits.header_timeout", limits.headerTimeout());
        requireTimeout("rpc.limits.body_timeout", limits.bodyTimeout());
        requireTimeout("rpc.limits.keep_alive_timeout", limits.keepAliveTimeout());
        requireCount("rpc.limits.max_header_bytes", limits.maxHeaderBytes());
        requireCount("rpc.limits.max_body_bytes", limits.maxBodyBytes());
    }

    private void checkTlsFiles(KmsConfiguration configuration) {
        KmsConfiguration.Tls tls = configuration.rpc().tls();
        if (tls == null) {
            return;
        }
        Path certDir = configuration.core().certDir();
        requireInCertDir("rpc.tls.key", tls.key(), certDir.resolve("rpc.key"));
        requireInCertDir("rpc.tls.certs", tls.certs(), certDir.resolve("rpc.crt"));
        KmsConfiguration.Mutual mutual = tls.mutual();
        if (mutual != null) {
            requireInCertDir("rpc.tls.mutual.ca_certs", mutual.caCerts(), certDir.resolve("tmp-ca.crt"));
            if (Boolean.TRUE.equals(mutual.mandatory())) {
                problems.add(
                        "rpc.tls.mutual.mandatory = true would lock out every guest that asks for the temporary CA."
                                + " Remove it: a client certificate is always asked for, and what needs one refuses without");
            }
        }
    }

    private void checkAdminToken(String hash) {
        if (!hash.isEmpty() && !hash.matches("[0-9a-fA-F]{64}")) {
            problems.add("core.admin_token_hash must be the SHA-256 of the token, 64 hex digits, or empty");
        }
    }

    private void requireInCertDir(String key, @Nullable Path configured, Path expected) {
        if (configured != null
                && !configured
                        .toAbsolutePath()
                        .normalize()
                        .equals(expected.toAbsolutePath().normalize())) {
            problems.add(key + " is " + configured + ", but core.cert_dir makes it " + expected
                    + ". Remove the key, or make both agree");
        }
    }

    private void requirePort(String key, int port) {
        if (port < 0 || port > 65535) {
            problems.add(key + " must be 0 to 65535, not " + port);
        }
    }

    private void requireCount(String key, int value) {
        if (value < 1) {
            problems.add(key + " must be 1 or more, not " + value);
        }
    }

    private void requireTimeout(String key, Duration value) {
        if (!value.isPositive()) {
            problems.add(key + " must be longer than zero");
        } else if (value.compareTo(LONGEST_TIMEOUT) > 0) {
            problems.add(key + " must be at most 1d");
        }
    }

    /** The two tables that are always there, by default, may be left over. */
    private void warnAboutUnused(String parent, Map<String, Map<String, Object>> tables, List<String> chain) {
        tables.keySet().stream()
                .filter(id -> !chain.contains(id) && !id.equals(NodeSettings.DEV_AUTHORIZER) && !id.equals("webhook"))
                .forEach(id -> warnings.add(
                        "[" + parent + "." + id + "] has no effect: the chain is " + NodeSettings.quoted(chain)));
    }

    private void warnAbout(
            KmsConfiguration.Core core, List<String> chain, Map<String, Map<String, Object>> attestation) {
        attestation.keySet().stream()
                .filter(id -> !core.attestation().accept().contains(id)
                        && !id.equals(core.attestation().attester()))
                .forEach(id -> warnings.add("[core.attestation." + id + "] has no effect: \"" + id
                        + "\" is neither accepted nor the attester"));
        if (core.image().verify()) {
            warnings.add("core.image.verify = true: this version can't verify OS images, so it will refuse every app."
                    + " Set core.image.verify = false to trust the image hash that a guest claims");
        } else {
            warnings.add("core.image.verify = false: the OS image hash that authorizers see is what the guest claims");
        }
        warnAboutSwitches(core, chain);
    }

    private void warnAboutSwitches(KmsConfiguration.Core core, List<String> chain) {
        if (!core.onboard().quoteEnabled()) {
            warnings.add("core.onboard.quote_enabled = false: this node neither attests itself nor asks its chain about"
                    + " itself");
        }
        if (core.onboard().insecureAllowUnattestedHandover()) {
            warnings.add(
                    core.onboard().quoteEnabled()
                            ? "core.onboard.insecure_allow_unattested_handover has no effect while quote_enabled = true"
                            : "THIS NODE GIVES ITS ROOT KEYS TO ANYONE WHO ASKS, without attestation"
                                    + " (core.onboard.insecure_allow_unattested_handover = true). Whoever has them can"
                                    + " decrypt every disk of every app. Remove the setting as soon as the handover is done");
        }
        if (!core.enforceSelfAuthorization()) {
            warnings.add("core.enforce_self_authorization = false: this node does not ask its chain about itself");
        }
        if (!core.attestRpcCert()) {
            warnings.add(
                    "core.attest_rpc_cert = false: this node's certificate carries no evidence, and other nodes will"
                            + " not take keys from it");
        }
        if (chain.contains(NodeSettings.DEV_AUTHORIZER)) {
            warnings.add("the authorizer \"dev\" allows everything");
        }
        if (!core.audit().enabled()) {
            warnings.add("core.audit.enabled = false: no decision is recorded");
        }
        if (core.admin().enabled() && core.admin().insecureNoAuth()) {
            warnings.add("core.admin.insecure_no_auth = true: unless there is a token or a user, everybody who reaches"
                    + " the admin listener is an administrator");
        }
    }
}
