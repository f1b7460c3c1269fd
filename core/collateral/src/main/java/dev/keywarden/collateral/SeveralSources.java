package dev.keywarden.collateral;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Several sources in order. The next is asked when one does not answer, does not know the platform, or gives what does not
 * verify; with an agreement demanded, until so many gave collateral of the same evaluation numbers, of which the newest is
 * taken: a single source can then not serve yesterday's.
 */
public final class SeveralSources implements CollateralSource {
    private final List<CollateralSource> sources;
    private final int agreeing;

    /** What one source gave. */
    private record Given(Collateral collateral, CollateralAge age) {
        boolean agreesWith(Given other) {
            return age.tcbInfoEvaluation() == other.age.tcbInfoEvaluation()
                    && age.qeIdentityEvaluation() == other.age.qeIdentityEvaluation();
        }
    }

    /**
     * Sources.
     *
     * @param sources in the order in which they are asked; at least one
     * @param agreeing how many must agree, 1 to the number of sources
     */
    public SeveralSources(List<CollateralSource> sources, int agreeing) {
        if (agreeing < 1 || agreeing > sources.size()) {
            throw new IllegalArgumentException(
                    agreeing + " of " + sources.size() + " collateral services can't be made to agree");
        }
        this.sources = List.copyOf(sources);
        this.agreeing = agreeing;
    }

    @Override
    public String name() {
        return sources.stream().map(CollateralSource::name).collect(Collectors.joining(", "));
    }

    @Override
    public Collateral fetch(CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
        List<Given> given = new ArrayList<>();
        List<CollateralException> failures = new ArrayList<>();
        for (CollateralSource source : sources) {
            if (deadline.passed()) {
                failures.add(new CollateralException(
                        DcapCode.COLLATERAL_UNAVAILABLE, source.name() + " was not asked, for the time was up"));
                break;
            }
            try {
                Collateral collateral = source.fetch(request, deadline, judge);
                Given one = new Given(collateral, judge.apply(collateral));
                given.add(one);
                List<Given> agreed = given.stream().filter(one::agreesWith).toList();
                if (agreed.size() >= agreeing) {
                    return newest(agreed);
                }
            } catch (CollateralException e) {
                failures.add(e);
            }
        }
        throw given.isEmpty() ? summary(failures) : disagreement(given, failures);
    }

    private static Collateral newest(List<Given> agreed) {
        Given newest = agreed.getFirst();
        for (Given other : agreed) {
            if (other.age().newest(newest.age()).equals(other.age())) {
                newest = other;
            }
        }
        return newest.collateral();
    }

    /** One source's own words; of several, all, under the code of the first that says more than that nobody is there. */
    private static CollateralException summary(List<CollateralException> failures) {
        if (failures.size() == 1) {
            return failures.getFirst();
        }
        DcapCode code = failures.stream()
                .map(CollateralException::code)
                .filter(found -> found != DcapCode.COLLATERAL_UNAVAILABLE)
                .findFirst()
                .orElse(DcapCode.COLLATERAL_UNAVAILABLE);
        return new CollateralException(code, words(failures), failures.getFirst());
    }

    private CollateralException disagreement(List<Given> given, List<CollateralException> failures) {
        String numbers = given.stream()
                .map(one -> one.age().tcbInfoEvaluation() + "/" + one.age().qeIdentityEvaluation())
                .collect(Collectors.joining(", "));
        return new CollateralException(
                DcapCode.COLLATERAL_UNAVAILABLE,
                "fewer than " + agreeing + " services agree; those that answered have the evaluation numbers " + numbers
                        + (failures.isEmpty() ? "" : "; " + words(failures)));
    }

    private static String words(List<CollateralException> failures) {
        return failures.stream().map(CollateralException::getMessage).collect(Collectors.joining("; "));
    }
}
