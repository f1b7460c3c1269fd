package dev.keywarden.plugin.tdx.attester;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Finds the source to use. The first that this machine has is taken even if it then fails, so that a half-broken guest is
 * seen; what was found, and why the others were not used, is said whenever that changes.
 */
final class SourceSelection {
    private final SourceKind kind;
    private final List<EvidenceSource> sources;
    private final System.Logger logger;
    private final AtomicReference<String> said = new AtomicReference<>("");

    /** @param sources all there are, in the order of preference */
    SourceSelection(SourceKind kind, List<EvidenceSource> sources, System.Logger logger) {
        this.kind = kind;
        this.sources = List.copyOf(sources);
        this.logger = logger;
    }

    /**
     * The source to use now.
     *
     * @throws AttesterException with {@link AttesterCode#ATTESTER_ABSENT}, saying of each source why it is not there
     */
    EvidenceSource select() {
        List<String> others = new ArrayList<>();
        for (EvidenceSource source : sources) {
            if (kind != SourceKind.AUTO && !source.name().equals(kind.name().toLowerCase(Locale.ROOT))) {
                continue;
            }
            Optional<String> absence = source.absence();
            if (absence.isEmpty()) {
                say("Evidence of this machine comes from " + source.name()
                        + (others.isEmpty() ? "" : "; not used: " + String.join("; ", others)));
                return source;
            }
            others.add(source.name() + ": " + absence.get());
        }
        throw new AttesterException(
                AttesterCode.ATTESTER_ABSENT,
                "this machine has no source of TDX evidence (" + String.join("; ", others)
                        + "). Run it in a TDX guest, or name another attester");
    }

    private void say(String sentence) {
        if (!sentence.equals(said.getAndSet(sentence))) {
            logger.log(System.Logger.Level.INFO, sentence);
        }
    }
}
