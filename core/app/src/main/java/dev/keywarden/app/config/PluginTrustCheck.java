package dev.keywarden.app.config;

import dev.keywarden.host.NearestName;
import dev.keywarden.host.SignaturePolicy;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the configuration says of the archives that may be loaded. */
final class PluginTrustCheck {
    private static final Set<String> TRUST = Set.of("pinned", "signed", "any");

    private final List<String> problems;
    private final List<String> warnings;

    PluginTrustCheck(List<String> problems, List<String> warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    void check(KmsConfiguration.Core core) {
        KmsConfiguration.Plugins plugins = core.plugins();
        if (!TRUST.contains(plugins.trust())) {
            problems.add("core.plugins.trust = \"" + plugins.trust() + "\" is not known"
                    + NearestName.hint(plugins.trust(), TRUST));
        }
        if (plugins.trust().equals("any")) {
            warnings.add("core.plugins.trust = \"any\": every archive in the plugin folder is trusted with decisions");
            if (core.onboard().quoteEnabled() && !plugins.insecure()) {
                problems.add("core.plugins.trust = \"any\" lets any archive in the plugin folder decide who gets keys."
                        + " It is refused on a node that attests itself; pin the archives (`keywarden plugins pin`), or"
                        + " add core.plugins.insecure = true if this node holds nothing worth protecting");
            }
        }
        for (String id : plugins.revoked()) {
            if (!id.matches("[0-9a-fA-F]{64}")) {
                problems.add("core.plugins.revoked has \"" + id + "\", which is neither the id of a key nor the SHA-256"
                        + " of an archive: both have 64 hex digits");
            }
        }
        checkSignatures(plugins);
        checkIsolation(core);
    }

    /** The wall is for who decides; evidence is verified here, and what is built in has nothing to be kept from. */
    private void checkIsolation(KmsConfiguration.Core core) {
        for (String id : core.plugins().isolated().keySet()) {
            if (core.attestation().accept().contains(id)
                    || id.equals(core.attestation().attester())) {
                problems.add("[core.plugins.isolated." + id + "] can't be: \"" + id + "\" is an attestation plugin, and"
                        + " only authorizers can run in a process of their own. Remove the table");
            }
            if (id.equals(NodeSettings.DEV_AUTHORIZER)) {
                problems.add("[core.plugins.isolated.dev] can't be: \"dev\" is built in. Remove the table");
            }
        }
    }

    private void checkSignatures(KmsConfiguration.Plugins plugins) {
        if (plugins.threshold() < 1) {
            problems.add("core.plugins.threshold must be 1 or more, not " + plugins.threshold());
        }
        if (!plugins.trust().equals("signed")) {
            if (!plugins.keys().isEmpty()) {
                warnings.add("[core.plugins.keys] has no effect: core.plugins.trust is \"" + plugins.trust()
                        + "\", not \"signed\"");
            }
            return;
        }
        Set<String> different = new LinkedHashSet<>();
        policy(plugins).keys().forEach(key -> different.add(key.id()));
        if (different.size() < Math.max(1, plugins.threshold())) {
            problems.add("core.plugins.trust = \"signed\" needs " + Math.max(1, plugins.threshold())
                    + " different keys in [core.plugins.keys], which has " + different.size()
                    + ". `keywarden plugins keygen` makes one");
        }
    }

    static SignaturePolicy policy(KmsConfiguration.Plugins plugins) {
        return new SignaturePolicy(
                plugins.keys().entrySet().stream()
                        .map(entry -> key(entry.getKey(), entry.getValue()))
                        .toList(),
                plugins.threshold(),
                Set.copyOf(plugins.revoked()),
                Set.copyOf(plugins.allowOlder()));
    }

    private static SignaturePolicy.Key key(String name, KmsConfiguration.SigningKey key) {
        String expires = key.expires();
        return new SignaturePolicy.Key(name, key.key(), expires == null ? null : Instant.parse(expires));
    }
}
