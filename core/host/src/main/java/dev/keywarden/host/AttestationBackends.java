package dev.keywarden.host;

import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Attester;
import dev.keywarden.spi.Evidence;
import dev.keywarden.spi.PluginException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The accepted attestation backends in order, and the one that attests for this machine. */
public final class AttestationBackends {
    private final List<Link> accepted;
    private final @Nullable Link attester;

    /** One backend behind its guard. */
    record Link(AttestationBackend backend, String name, GuardedCalls guard) {}

    AttestationBackends(List<Link> accepted, @Nullable Link attester) {
        this.accepted = List.copyOf(accepted);
        this.attester = attester;
    }

    /**
     * Verifies evidence with the first accepted backend that understands its format and accepts it.
     *
     * @throws PluginException if none does; with one such backend its own words
     */
    public VerifiedBy verify(Evidence evidence, Instant now) {
        List<PluginException> refusals = new ArrayList<>();
        for (Link link : accepted) {
            if (!link.backend().formats().contains(evidence.format())) {
                continue;
            }
            try {
                return new VerifiedBy(
                        link.guard().call(() -> link.backend().verifier().verify(evidence, now)), link.name());
            } catch (PluginException e) {
                refusals.add(e);
            }
        }
        if (refusals.size() == 1) {
            throw refusals.get(0);
        }
        if (refusals.isEmpty()) {
            throw new PluginException(
                    PluginException.Kind.EVIDENCE_REJECTED,
                    "evidence of the format " + evidence.format() + " is not accepted here");
        }
        throw new PluginException(
                PluginException.Kind.EVIDENCE_REJECTED,
                String.join(
                        "; ", refusals.stream().map(PluginException::getMessage).toList()));
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
