package dev.keywarden.dcap;

import static dev.keywarden.dcap.Vectors.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TDX fact sheet, section 2.5 and row 144 of section 6. */
class CollateralAgeTest {
    private static final Instant THEN = Instant.parse("2026-11-01T00:00:00Z");
    private static final CollateralAge USED = new CollateralAge(17, THEN, 17, THEN, THEN, THEN);

    private static final Instant BEFORE = THEN.minusSeconds(1);
    private static final CollateralAge LOWER = new CollateralAge(17, THEN, 16, THEN, THEN, THEN);
    private static final CollateralAge EARLIER = new CollateralAge(18, THEN, 18, THEN, THEN, BEFORE);

    private record Older(CollateralAge age, DcapObject object) {}

    static List<Older> olderOnes() {
        return List.of(
                new Older(new CollateralAge(16, THEN, 17, THEN, THEN, THEN), DcapObject.TCB_INFO),
                new Older(LOWER, DcapObject.QE_IDENTITY),
                new Older(new CollateralAge(18, BEFORE, 18, THEN, THEN, THEN), DcapObject.TCB_INFO),
                new Older(new CollateralAge(18, THEN, 18, BEFORE, THEN, THEN), DcapObject.QE_IDENTITY),
                new Older(new CollateralAge(18, THEN, 18, THEN, BEFORE, THEN), DcapObject.ROOT_CRL),
                new Older(EARLIER, DcapObject.PCK_CRL));
    }

    @ParameterizedTest
    @MethodSource("olderOnes")
    void refusesWhateverIsOlderThanWhatWasUsed(Older older) {
        assertThat(refusal(() -> older.age().requireNotOlderThan(USED)))
                .returns(DcapCode.COLLATERAL_ROLLBACK, DcapException::code)
                .returns(older.object(), DcapException::object);
    }

    @Test
    void acceptsTheSameAndTheNewer() {
        CollateralAge newer = new CollateralAge(18, THEN.plusSeconds(1), 17, THEN, THEN, THEN);

        assertThatCode(() -> USED.requireNotOlderThan(USED)).doesNotThrowAnyException();
        assertThatCode(() -> newer.requireNotOlderThan(USED)).doesNotThrowAnyException();
    }

    @Test
    void remembersTheNewestOfEach() {
        CollateralAge mixed = new CollateralAge(18, THEN.minusSeconds(9), 16, THEN.plusSeconds(9), THEN, THEN);

        assertThat(USED.newest(mixed))
                .isEqualTo(new CollateralAge(18, THEN, 17, THEN.plusSeconds(9), THEN, THEN))
                .isEqualTo(mixed.newest(USED));
    }

    @Test
    void tellsLowerNumbersFromAnswersThatAreHoursOld() {
        assertThat(LOWER.lowersEvaluation(USED)).isTrue();
        assertThat(EARLIER.lowersEvaluation(USED)).isFalse();
    }

    @Test
    void isReadFromCollateral() {
        CollateralAge age = new DcapVerifier(PinnedRoot.intel(), VerificationPolicy.STRICT, VerificationCache.none())
                .verifyCollateral(Vectors.tdxCollateral(), TeeType.TDX, Vectors.GOOD_TIME)
                .age();

        assertThat(age)
                .isEqualTo(new CollateralAge(
                        17,
                        Instant.parse("2025-06-19T10:16:03Z"),
                        17,
                        Instant.parse("2025-06-19T10:32:27Z"),
                        Instant.parse("2025-03-20T11:21:57Z"),
                        Instant.parse("2025-06-19T10:00:35Z")));
    }
}
