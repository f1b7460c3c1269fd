package dev.keywarden.app.quote;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.VerifiedQuote;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a quote.
 *
 * @param input what was verified
 * @param verified the quote, if it was accepted as far as the quote itself goes
 * @param refusal why it was refused, if it was
 */
public record QuoteVerdict(QuoteInput input, Optional<VerifiedQuote> verified, Optional<Refusal> refusal) {
    /**
     * The first check that failed.
     *
     * @param step which
     * @param code stable
     * @param object what it is about, stable
     * @param detail a sentence
     * @param remedy what to do about it, a sentence
     */
    public record Refusal(QuoteStep step, String code, String object, String detail, String remedy) {
        static Refusal of(QuoteStep step, DcapCode code, String object, String detail) {
            return new Refusal(step, code.name(), object, detail, code.remedy());
        }
    }

    /** Whether everything held. */
    public boolean accepted() {
        return refusal.isEmpty();
    }

    /** Each check with {@code ok}, {@code REFUSED}, {@code not reached} or {@code not asked}. */
    public Map<QuoteStep, String> checks() {
        Map<QuoteStep, String> checks = new EnumMap<>(QuoteStep.class);
        Optional<QuoteStep> failed = refusal.map(Refusal::step);
        for (QuoteStep step : QuoteStep.values()) {
            checks.put(step, verdict(step, failed));
        }
        return checks;
    }

    private String verdict(QuoteStep step, Optional<QuoteStep> failed) {
        if (failed.isPresent() && step == failed.get()) {
            return "REFUSED";
        }
        if (failed.isPresent() && step.compareTo(failed.get()) > 0) {
            return "not reached";
        }
        boolean nothingToReplay =
                step == QuoteStep.EVENT_LOG && input.envelope().isEmpty();
        boolean nothingToCompare = step == QuoteStep.REPORT_DATA
                && input.boundReportData().isEmpty()
                && input.envelope().isEmpty();
        return nothingToReplay || nothingToCompare ? "not asked" : "ok";
    }
}
