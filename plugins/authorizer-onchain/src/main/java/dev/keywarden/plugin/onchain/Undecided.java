package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.spi.Decision.Reason;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The contracts gave no answer that counts, so nothing is allowed; each cause has a reason code of its own. */
final class Undecided extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    static final String TOO_FEW = "onchain.too_few_answers";
    static final String DISAGREE = "onchain.providers_disagree";
    static final String STALE = "onchain.stale";

    private final transient List<Reason> reasons;

    private Undecided(List<Reason> reasons) {
        super(reasons.get(0).message(), null, false, false);
        this.reasons = reasons;
    }

    /** One cause. */
    static Undecided because(String code, String message) {
        return new Undecided(List.of(new Reason(code, message)));
    }

    /** Providers said different things. */
    static Undecided disagreement(int needed, Map<String, String> said) {
        return because(
                DISAGREE,
                "providers disagree, and " + needed + " must agree: "
                        + said.entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining("; ")));
    }

    /**
     * Too few providers answered.
     *
     * @param needed how many must
     * @param faults what each of the others did, by name; one cause among them gives its code to the whole
     */
    static Undecided tooFew(int needed, Map<String, ProviderFault> faults) {
        List<String> codes = faults.values().stream()
                .map(fault -> fault.kind().code())
                .distinct()
                .toList();
        String sentence = faults.entrySet().stream()
                .map(entry ->
                        "provider " + entry.getKey() + " " + entry.getValue().getMessage())
                .collect(Collectors.joining("; "));
        List<Reason> reasons = new ArrayList<>();
        reasons.add(new Reason(
                codes.size() == 1 ? codes.get(0) : TOO_FEW,
                "the chain can't be read, " + needed + (needed == 1 ? " provider" : " providers") + " must answer: "
                        + sentence));
        if (codes.size() > 1) {
            faults.forEach((name, fault) ->
                    reasons.add(new Reason(fault.kind().code(), "provider " + name + " " + fault.getMessage())));
        }
        return new Undecided(List.copyOf(reasons));
    }

    /** The first one reaches the caller. */
    List<Reason> reasons() {
        return reasons;
    }

    /** Whether the block is gone, so that reading again at another one may help. */
    boolean blockGone() {
        return reasons.stream().anyMatch(reason -> reason.code().equals(ProviderFault.Kind.UNKNOWN_BLOCK.code()));
    }
}
