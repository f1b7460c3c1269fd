package dev.keywarden.host;

import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The accepted attestation backends in order, and the one that attests for this machine. */
public final class AttestationBackends {
    private static final System.Logger LOG = System.getLogger(AttestationBackends.class.getName());

    private final List<Link> accepted;
    private final @Nullable Link attester;

    /**
     * One backend behind its guard.
     *
     * @param formats as it named them when it was loaded, so that asking for them can't fail later
     */
    record Link(AttestationBackend backend, String name, Set<String> formats, GuardedCalls guard) {}

    AttestationBackends(List<Link> accepted, @Nullable Link attester) {
        this.accepted = List.copyOf(accepted);
        this.attester = attester;
    }

    /**
     * Verifies evidence with the first accepted backend that understands its format and accepts it.
     *
     * @throws PluginException if none does: one such backend in its own words, several with their names before them; {@link
     *     PluginException.Kind#UNAVAILABLE} if trying again may help
     */
    public VerifiedBy verify(Evidence evidence, Instant now) {
        Map<Link, PluginException> refusals = new LinkedHashMap<>();
        for (Link link : accepted) {
            if (!link.formats().contains(evidence.format())) {
                continue;
            }
            try {
                return new VerifiedBy(
                        link.guard().call(() -> link.backend().verifier().verify(evidence, now)), link.name());
            } catch (PluginException e) {
                if (e.kind() == PluginException.Kind.INTERNAL) {
                    LOG.log(System.Logger.Level.WARNING, link.guard().blame() + " is defective", e);
                }
                refusals.put(link, e);
            }
        }
        if (refusals.isEmpty()) {
            throw new PluginException(
                    PluginException.Kind.EVIDENCE_REJECTED,
                    "evidence of the format " + evidence.format() + " is not accepted here");
        }
        throw refusals.size() == 1 ? refusals.values().iterator().next() : summary(refusals);
    }

    private static PluginException summary(Map<Link, PluginException> refusals) {
        boolean mayComeBack = refusals.values().stream().anyMatch(e -> e.kind() == PluginException.Kind.UNAVAILABLE);
        return new PluginException(
                mayComeBack ? PluginException.Kind.UNAVAILABLE : PluginException.Kind.EVIDENCE_REJECTED,
                refusals.entrySet().stream()
                        .map(refusal -> refusal.getKey().guard().blamed(refusal.getValue()))
                        .collect(Collectors.joining("; ")));
    }

    /**
     * Makes evidence about this machine, guarded like every call into a plugin; empty if none was configured, or the
     * configured backend can't attest here.
     */
    public Optional<Attester> attester() {
        Link link = attester;
        if (link == null) {
            return Optional.empty();
        }
        return link.guard()
                .call(link.backend()::attester)
                .map(own -> reportData -> link.guard().call(() -> own.attest(reportData)));
    }
}
