package dev.keywarden.dcap;

/**
 * What a caller of {@link DcapVerifier} fixes besides root and time (TDX fact sheet, section 2.1).
 *
 * @param limits which quotes are taken
 * @param td how a TD must be set up
 * @param minimumEvaluationNumber the lowest {@code tcbEvaluationDataNumber} that is accepted; 0 for any
 * @param requireEqualEvaluation whether TCB info and QE identity must have the same number; if not, a difference is
 *     reported and the lower one counts
 */
public record VerificationPolicy(
        QuoteLimits limits, TdPolicy td, long minimumEvaluationNumber, boolean requireEqualEvaluation) {

    /** TDX alone, the strict rules for TDs, any evaluation number. */
    public static final VerificationPolicy STRICT =
            new VerificationPolicy(QuoteLimits.DEFAULT, TdPolicy.STRICT, 0, false);

    public VerificationPolicy {
        if (minimumEvaluationNumber < 0) {
            throw new IllegalArgumentException("an evaluation number is not negative");
        }
    }

    /** The same with other limits. */
    public VerificationPolicy with(QuoteLimits other) {
        return new VerificationPolicy(other, td, minimumEvaluationNumber, requireEqualEvaluation);
    }

    /** The same with other rules for TDs. */
    public VerificationPolicy with(TdPolicy other) {
        return new VerificationPolicy(limits, other, minimumEvaluationNumber, requireEqualEvaluation);
    }

    /** The same with a floor for evaluation numbers. */
    public VerificationPolicy withMinimumEvaluationNumber(long number) {
        return new VerificationPolicy(limits, td, number, requireEqualEvaluation);
    }

    /** The same with equal evaluation numbers demanded. */
    public VerificationPolicy withEqualEvaluation() {
        return new VerificationPolicy(limits, td, minimumEvaluationNumber, true);
    }
}
