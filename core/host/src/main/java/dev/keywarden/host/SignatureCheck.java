package dev.keywarden.host;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds the signatures of an archive against those whose signatures count. */
final class SignatureCheck {
    private final SignaturePolicy policy;
    private final Instant now;

    SignatureCheck(SignaturePolicy policy, Instant now) {
        this.policy = policy;
        this.now = now;
    }

    /**
     * One statement, and what it is worth.
     *
     * @param key name of the key, or its id if nobody configured it
     * @param flaw why it does not count; empty if it does
     */
    record Finding(PluginSignature signature, String key, String flaw) {
        boolean counts() {
            return flaw.isEmpty();
        }
    }

    /** Every statement about the archive. */
    List<Finding> findings(PluginArchive archive) throws ArchiveProblem {
        List<Finding> findings = new ArrayList<>();
        for (PluginSignature signature : SignatureFile.parse(archive.file(), archive.signatures())) {
            findings.add(finding(archive, signature));
        }
        return findings;
    }

    private Finding finding(PluginArchive archive, PluginSignature signature) {
        Optional<SignaturePolicy.Key> known = policy.keys().stream()
                .filter(key -> key.id().equals(signature.key()))
                .findFirst();
        return known.map(key -> new Finding(signature, key.name(), flaw(archive, signature, key)))
                .orElseGet(() -> new Finding(signature, signature.key(), "is by an unknown key"));
    }

    private String flaw(PluginArchive archive, PluginSignature signature, SignaturePolicy.Key key) {
        Instant keyEnds = key.expires();
        if (policy.revoked().contains(key.id())) {
            return "is by a revoked key";
        }
        if (keyEnds != null && !now.isBefore(keyEnds)) {
            return "is by a key that expired at " + keyEnds;
        }
        if (!signature.verifies(key.raw())) {
            return "does not verify";
        }
        if (!signature.sha256().equals(archive.sha256())) {
            return "is over other bytes (" + signature.sha256() + ")";
        }
        if (!signature.plugin().equals(archive.id())) {
            return "is for the plugin " + signature.plugin();
        }
        if (!signature.version().equals(archive.version())) {
            return "is for version " + signature.version();
        }
        return now.isBefore(signature.expires()) ? "" : "expired at " + signature.expires();
    }

    /**
     * Whether enough keys vouch for every use.
     *
     * @param uses what the archive is to be used for; if nothing, any use that is vouched for will do
     * @return why not, beginning with the file; empty if they do
     */
    Optional<String> refusal(PluginArchive archive, Set<PluginRole> uses) {
        List<Finding> findings;
        try {
            findings = findings(archive);
        } catch (ArchiveProblem e) {
            return Optional.of(e.getMessage());
        }
        Map<PluginRole, Set<String>> signers = signers(findings);
        boolean vouched = uses.isEmpty()
                ? signers.values().stream().anyMatch(this::enough)
                : uses.stream().allMatch(role -> enough(signers.getOrDefault(role, Set.of())));
        return vouched ? Optional.empty() : Optional.of(archive.file() + ": " + missing(findings, signers, uses));
    }

    private boolean enough(Set<String> keys) {
        return keys.size() >= policy.threshold();
    }

    /** Names of the keys whose statements count, by what they are for. */
    private static Map<PluginRole, Set<String>> signers(List<Finding> findings) {
        return findings.stream()
                .filter(Finding::counts)
                .collect(Collectors.groupingBy(
                        finding -> finding.signature().role(),
                        LinkedHashMap::new,
                        Collectors.mapping(finding -> finding.signature().key(), Collectors.toSet())));
    }

    private String missing(List<Finding> findings, Map<PluginRole, Set<String>> signers, Set<PluginRole> uses) {
        String advice = ". Have it signed with `keywarden plugins sign` by a key of [core.plugins.keys]";
        if (findings.isEmpty()) {
            return "the archive is not signed, so it could be anyone's" + advice;
        }
        List<String> flaws = findings.stream()
                .filter(finding -> !finding.counts())
                .map(finding -> "the signature of " + finding.key() + " " + finding.flaw())
                .distinct()
                .toList();
        String wanted = uses.isEmpty()
                ? "any use"
                : uses.stream().map(PluginRole::text).sorted().collect(Collectors.joining(" and "));
        long best = uses.isEmpty()
                ? signers.values().stream().mapToLong(Set::size).max().orElse(0)
                : uses.stream()
                        .mapToLong(role -> signers.getOrDefault(role, Set.of()).size())
                        .min()
                        .orElse(0);
        return "the signatures of " + best + " keys count for its use as " + wanted
                + ", but core.plugins.threshold asks" + " for " + policy.threshold()
                + (flaws.isEmpty() ? "" : "; " + String.join("; ", flaws)) + advice;
    }

    /** Who vouches for an archive that is not refused, in words. */
    String vouchers(PluginArchive archive) {
        try {
            return findings(archive).stream()
                    .filter(Finding::counts)
                    .map(finding ->
                            finding.key() + " as " + finding.signature().role().text() + " until "
                                    + finding.signature().expires())
                    .collect(Collectors.joining(", ", "signed by ", ""));
        } catch (ArchiveProblem e) {
            return e.getMessage();
        }
    }
}
