package dev.keywarden.dcap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A TCB judged as a whole (TDX fact sheet, sections 2.7 and 2.8).
 *
 * @param status of all parts merged
 * @param platform the level that the platform reaches
 * @param module the level that the TDX module reaches; empty for SGX and for modules of major version 0
 * @param qe the level that the quoting enclave reaches
 */
public record TcbEvaluation(TcbStatus status, TcbPart platform, Optional<TcbPart> module, TcbPart qe) {

    static TcbEvaluation merge(TcbPart platform, Optional<TcbPart> module, TcbPart qe) {
        TcbStatus merged = platform.status().mergedWith(qe.status());
        if (module.isPresent()) {
            merged = merged.mergedWith(module.get().status());
        }
        return new TcbEvaluation(merged, platform, module, qe);
    }

    /** The parts in the order in which Intel lists their advisories. */
    public List<TcbPart> parts() {
        List<TcbPart> parts = new ArrayList<>(List.of(platform, qe));
        module.ifPresent(parts::add);
        return List.copyOf(parts);
    }

    /** What any part is open to, each id once. */
    public List<String> advisoryIds() {
        Set<String> ids = new LinkedHashSet<>();
        parts().forEach(part -> ids.addAll(part.advisoryIds()));
        return List.copyOf(ids);
    }

    /** The earliest date of the parts. */
    public Instant date() {
        return parts().stream().map(TcbPart::date).min(Instant::compareTo).orElseThrow();
    }
}
