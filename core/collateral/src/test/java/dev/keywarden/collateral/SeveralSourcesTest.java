package dev.keywarden.collateral;

import static dev.keywarden.collateral.Sets.NOW;
import static dev.keywarden.collateral.Sets.REQUEST;
import static dev.keywarden.collateral.Sets.TEE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SeveralSourcesTest {
    private static final CollateralSource GONE = failing("gone", DcapCode.COLLATERAL_UNAVAILABLE);
    private static final CollateralSource IGNORANT = failing("ignorant", DcapCode.COLLATERAL_UNKNOWN_PLATFORM);
    private static final Collateral TODAY = TEE.collateral(NOW).collateral();
    private static final Collateral YESTERDAY =
            TEE.collateral(NOW.minus(Duration.ofDays(1))).collateral();

    @Test
    void goesOnToTheNextUntilOneGives() {
        assertThat(fetch(1, GONE, IGNORANT, giving("good", TODAY))).isSameAs(TODAY);
    }

    @Test
    void goesOnWhereOneGivesWhatIsNotAcceptable() {
        CollateralSource bad = giving("bad", YESTERDAY);
        SeveralSources sources = sources(1, bad, giving("good", TODAY));

        Collateral fetched = sources.fetch(REQUEST, Deadline.in(Duration.ofSeconds(5)), set -> {
            if (set == YESTERDAY) {
                throw new CollateralException(DcapCode.TCB_INFO_EXPIRED, "too old");
            }
            return Sets.judge(set);
        });

        assertThat(fetched).isSameAs(TODAY);
    }

    @Test
    void saysWhatEachOneSaid() {
        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> fetch(1, GONE, IGNORANT))
                .withMessageContaining("gone")
                .withMessageContaining("ignorant")
                .satisfies(e -> assertThat(e.code()).isEqualTo(DcapCode.COLLATERAL_UNKNOWN_PLATFORM));
    }

    @Test
    void asksNobodyWhenTheTimeIsUp() {
        SeveralSources sources = sources(1, giving("good", TODAY));

        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> sources.fetch(REQUEST, Deadline.in(Duration.ZERO), Sets::judge))
                .withMessageContaining("time was up");
    }

    @Test
    void takesTheNewestOfThoseThatAgree() {
        assertThat(fetch(2, giving("one", YESTERDAY), GONE, giving("other", TODAY)))
                .isSameAs(TODAY);
        assertThat(fetch(2, giving("one", TODAY), giving("other", YESTERDAY))).isSameAs(TODAY);
    }

    @Test
    void isNotTakenInByOneThatLies() {
        Collateral old = lower(16);

        assertThat(fetch(2, giving("liar", old), giving("one", YESTERDAY), giving("other", TODAY)))
                .isSameAs(TODAY);
    }

    @Test
    void refusesWhereTooFewAgree() {
        assertThatExceptionOfType(CollateralException.class)
                .isThrownBy(() -> fetch(2, giving("liar", lower(16)), giving("one", TODAY), GONE))
                .withMessageContaining("16/17, 17/17")
                .satisfies(e -> assertThat(e.code()).isEqualTo(DcapCode.COLLATERAL_UNAVAILABLE));
    }

    @Test
    void refusesAgreementsThatCantBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> sources(2, GONE));
        assertThatIllegalArgumentException().isThrownBy(() -> sources(0, GONE));
    }

    private static Collateral lower(int number) {
        var forge = TEE.collateral(NOW);
        forge.tcbInfo().set("tcbEvaluationDataNumber", number);
        return forge.collateral();
    }

    private static Collateral fetch(int agreeing, CollateralSource... sources) {
        return sources(agreeing, sources).fetch(REQUEST, Deadline.in(Duration.ofSeconds(5)), Sets::judge);
    }

    private static SeveralSources sources(int agreeing, CollateralSource... sources) {
        return new SeveralSources(List.of(sources), agreeing);
    }

    static CollateralSource giving(String name, Collateral collateral) {
        return new CollateralSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Collateral fetch(
                    CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
                CollateralAge unused = judge.apply(collateral);
                return collateral;
            }
        };
    }

    private static CollateralSource failing(String name, DcapCode code) {
        return new CollateralSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Collateral fetch(
                    CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
                throw new CollateralException(code, name);
            }
        };
    }
}
