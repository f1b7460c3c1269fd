package dev.keywarden.host;

import dev.keywarden.host.ChainDecision.Verdict;
import dev.keywarden.spi.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the answers so far come to under one rule. Takes them in the order in which they arrive; not shared between threads.
 *
 * <p>Whether something is certain depends on the rule: one deny under {@code all}, one answer that is no abstention under
 * {@code first}, a reached or unreachable number under a quorum.
 */
final class ChainTally {
    private static final String ALL_ABSTAINED = "every authorizer abstained";

    private final Combine combine;
    private final int authorizers;
    private final List<AuthorizerAnswer> answers = new ArrayList<>();
    private int allows;
    private int unable;
    private @Nullable String gateway;
    private @Nullable String allowReason;
    private @Nullable String denyReason;
    private @Nullable String unableReason;

    /** @param authorizers how many will be asked at the most */
    ChainTally(Combine combine, int authorizers) {
        this.combine = combine;
        this.authorizers = authorizers;
    }

    /** Counts an answer; the outcome, if it is certain now. */
    Optional<ChainDecision> add(AuthorizerAnswer answer, Decision decision) {
        answers.add(answer);
        switch (decision) {
            case Decision.Deny deny -> denyReason = first(denyReason, message(deny.reasons()));
            case Decision.Abstain abstain -> {}
            case Decision.Allow allow -> {
                allows++;
                allowReason = first(allowReason, allow.reason().message());
                String named = allow.gatewayAppId();
                if (gateway != null && named != null && !gateway.equals(named)) {
                    return Optional.of(deny("two authorizers name different gateways: " + gateway + " and " + named));
                }
                gateway = gateway == null ? named : gateway;
            }
        }
        return certain();
    }

    /**
     * Counts an authorizer that was unable to decide.
     *
     * @param sentence what it was, for callers
     */
    Optional<ChainDecision> addUnable(AuthorizerAnswer answer, String sentence) {
        answers.add(answer);
        unable++;
        unableReason = first(unableReason, sentence);
        return certain();
    }

    private Optional<ChainDecision> certain() {
        boolean last = answers.size() == authorizers;
        return switch (combine) {
            case Combine.All all ->
                denyReason != null || unable > 0 || last ? Optional.of(outcome(allows > 0)) : Optional.empty();
            case Combine.First first ->
                denyReason != null || unable > 0 || allows > 0 || last
                        ? Optional.of(outcome(allows > 0))
                        : Optional.empty();
            case Combine.Quorum quorum -> quorum.veto() ? vetoed(quorum, last) : unvetoed(quorum);
        };
    }

    private Optional<ChainDecision> vetoed(Combine.Quorum quorum, boolean last) {
        return denyReason != null || last ? Optional.of(outcome(allows >= quorum.allows())) : Optional.empty();
    }

    /** Denials and failures are missing allows and nothing more; what nobody can change any more is certain. */
    private Optional<ChainDecision> unvetoed(Combine.Quorum quorum) {
        int outstanding = authorizers - answers.size();
        if (allows >= quorum.allows()) {
            return Optional.of(allow());
        }
        if (allows + outstanding + unable < quorum.allows()) {
            return Optional.of(shortOf(quorum));
        }
        boolean outOfReach = allows + outstanding < quorum.allows();
        return outOfReach && allows + unable >= quorum.allows() ? Optional.of(unavailable()) : Optional.empty();
    }

    /** Of a rule under which each deny and each failure counts. */
    private ChainDecision outcome(boolean enough) {
        if (denyReason != null) {
            return deny(denyReason);
        }
        if (unable > 0) {
            return unavailable();
        }
        if (enough) {
            return allow();
        }
        return combine instanceof Combine.Quorum quorum ? shortOf(quorum) : deny(ALL_ABSTAINED);
    }

    private ChainDecision allow() {
        return new ChainDecision(Verdict.ALLOW, gateway, allowReason == null ? "" : allowReason, answers);
    }

    private ChainDecision deny(String reason) {
        return new ChainDecision(Verdict.DENY, null, reason, answers);
    }

    private ChainDecision shortOf(Combine.Quorum quorum) {
        if (allows == 0 && denyReason == null && unable == 0) {
            return deny(ALL_ABSTAINED);
        }
        String why = denyReason != null ? denyReason : unableReason != null ? unableReason : "the others abstained";
        return deny(allows + " of the " + quorum.allows() + " authorizers needed allowed; " + why);
    }

    private ChainDecision unavailable() {
        return new ChainDecision(
                Verdict.UNAVAILABLE,
                null,
                unableReason == null ? "an authorizer was unable to decide" : unableReason,
                answers);
    }

    private static String message(List<Decision.Reason> reasons) {
        return reasons.get(0).message();
    }

    private static String first(@Nullable String known, String next) {
        return known == null ? next : known;
    }
}
