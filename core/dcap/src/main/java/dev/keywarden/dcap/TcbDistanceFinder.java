package dev.keywarden.dcap;

import dev.keywarden.dcap.TcbGap.Part;
import dev.keywarden.dcap.TcbGap.Shortfall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Measures a {@link TcbDistance}. Of the levels with the best status published, the nearest one is the goal: the one with
 * the fewest components to raise, and of these the lowest.
 */
final class TcbDistanceFinder {
    private final TcbInfo tcbInfo;
    private final QeIdentity qeIdentity;
    private final List<TcbGap> gaps = new ArrayList<>();

    TcbDistanceFinder(VerifiedCollateral collateral) {
        this.tcbInfo = collateral.tcbInfo();
        this.qeIdentity = collateral.qeIdentity();
    }

    /** A level that may be the goal, and what it would take to reach it. */
    private record Goal(TcbStatus status, Instant date, List<String> advisoryIds, List<Shortfall> shortfalls) {}

    TcbDistance measure(
            TcbEvaluation evaluation,
            SgxExtension platform,
            Optional<ByteView> teeTcbSvn,
            SgxReport qeReport,
            boolean relaunchWouldDo) {
        ByteView svn = teeTcbSvn.orElse(ByteView.wrap(new byte[TcbLevel.COMPONENTS]));
        add(Part.PLATFORM, evaluation.platform(), platformGoals(platform, svn));
        add(Part.QUOTING_ENCLAVE, evaluation.qe(), isvGoals(qeIdentity.levels(), "ISVSVN", qeReport.isvSvn()));
        evaluation.module().ifPresent(module -> tcbInfo.moduleIdentity(svn.unsignedAt(1))
                .ifPresent(identity -> add(
                        Part.TDX_MODULE,
                        module,
                        isvGoals(identity.levels(), "minor version of " + identity.id(), svn.unsignedAt(0)))));
        return new TcbDistance(gaps, relaunchWouldDo);
    }

    private void add(Part part, TcbPart reached, List<Goal> goals) {
        goals.stream()
                .filter(goal -> goal.status().compareTo(reached.status()) < 0)
                .min(Comparator.comparing(Goal::status)
                        .thenComparingInt(goal -> goal.shortfalls().size()))
                .ifPresent(goal -> gaps.add(new TcbGap(
                        part,
                        reached.status(),
                        reached.date(),
                        goal.status(),
                        goal.date(),
                        goal.shortfalls(),
                        without(reached.advisoryIds(), goal.advisoryIds()))));
    }

    /** The levels that are not reached, lowest first; those with words unknown to us are no goals. */
    private List<Goal> platformGoals(SgxExtension platform, ByteView teeTcbSvn) {
        List<Goal> goals = new ArrayList<>();
        for (TcbLevel level : tcbInfo.levels().reversed()) {
            List<Shortfall> shortfalls = shortfalls(level, platform, teeTcbSvn);
            TcbStatus.ofLevel(level.status())
                    .filter(status -> !shortfalls.isEmpty())
                    .ifPresent(status -> goals.add(new Goal(status, level.date(), level.advisoryIds(), shortfalls)));
        }
        return goals;
    }

    private static List<Goal> isvGoals(List<IsvLevel> levels, String component, int found) {
        List<Goal> goals = new ArrayList<>();
        for (IsvLevel level : levels.reversed()) {
            TcbStatus.ofLevel(level.status())
                    .filter(status -> level.isvSvn() > found)
                    .ifPresent(status -> goals.add(new Goal(
                            status,
                            level.date(),
                            level.advisoryIds(),
                            List.of(new Shortfall(component, found, level.isvSvn())))));
        }
        return goals;
    }

    private static List<Shortfall> shortfalls(TcbLevel level, SgxExtension platform, ByteView teeTcbSvn) {
        List<Shortfall> shortfalls = new ArrayList<>();
        compare(shortfalls, "SGX", level.sgxNames(), level.sgxComponents(), platform.components(), 0);
        if (platform.pceSvn() < level.pceSvn()) {
            shortfalls.add(new Shortfall("PCESVN", platform.pceSvn(), level.pceSvn()));
        }
        int first = TcbLevel.firstTdxComponent(teeTcbSvn.unsignedAt(1));
        compare(shortfalls, "TDX", level.tdxNames(), level.tdxComponents(), teeTcbSvn, first);
        return shortfalls;
    }

    private static void compare(
            List<Shortfall> shortfalls, String kind, List<String> names, ByteView needed, ByteView found, int from) {
        for (int i = from; i < needed.length(); i++) {
            if (found.unsignedAt(i) < needed.unsignedAt(i)) {
                String name = names.get(i).isEmpty() ? "" : " (" + names.get(i) + ')';
                shortfalls.add(new Shortfall(
                        kind + " component " + (i + 1) + name, found.unsignedAt(i), needed.unsignedAt(i)));
            }
        }
    }

    private static List<String> without(List<String> all, List<String> some) {
        return all.stream().filter(id -> !some.contains(id)).toList();
    }
}
