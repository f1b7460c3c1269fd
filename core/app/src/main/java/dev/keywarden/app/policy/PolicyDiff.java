package dev.keywarden.app.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a new policy would have decided otherwise.
 *
 * @param questions how many were asked
 * @param changes the differences, those of a verdict first
 */
public record PolicyDiff(int questions, List<Change> changes) {
    /** One kind of difference, and how often it came. */
    public record Change(Kind kind, long count) {}

    /**
     * What changed.
     *
     * @param subject whom it is about, for apps with the app's id
     * @param before verdict and first code of the old policy
     * @param after of the new one
     * @param verdict whether the verdict itself changed, and not the reason or the gateway alone
     */
    public record Kind(String subject, String before, String after, boolean verdict) implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            return key().compareTo(other.key());
        }

        private String key() {
            return (verdict ? "0" : "1") + subject + '\n' + before + '\n' + after;
        }
    }

    public PolicyDiff {
        changes = List.copyOf(changes);
    }

    /** Compares the answers of two policies to the same questions. */
    public static PolicyDiff of(List<PolicyQuestion> questions, PolicyEvaluator before, PolicyEvaluator after) {
        List<PolicyAnswer> old = before.answers(questions);
        List<PolicyAnswer> now = after.answers(questions);
        Count count = new Count();
        for (int i = 0; i < questions.size(); i++) {
            count.add(questions.get(i), old.get(i), now.get(i));
        }
        return count.diff();
    }

    /** Counts differences, one question after the other. */
    public static final class Count {
        private final Map<Kind, Long> counts = new TreeMap<>();
        private int questions;

        /** One more question, and what was and would be answered. */
        public void add(PolicyQuestion question, PolicyAnswer old, PolicyAnswer now) {
            questions++;
            String was = shown(old);
            String is = shown(now);
            if (!was.equals(is)) {
                counts.merge(new Kind(subject(question), was, is, old.allows() != now.allows()), 1L, Long::sum);
            }
        }

        /** What was counted. */
        public PolicyDiff diff() {
            List<Change> changes = new ArrayList<>();
            counts.forEach((kind, count) -> changes.add(new Change(kind, count)));
            return new PolicyDiff(questions, changes);
        }
    }

    private static String shown(PolicyAnswer answer) {
        String gateway = answer.gatewayAppId() == null ? "" : " gateway " + answer.gatewayAppId();
        return (answer.verdict().name().toLowerCase(Locale.ROOT) + " " + answer.code() + gateway).strip();
    }

    private static String subject(PolicyQuestion question) {
        return switch (question.question().subject()) {
            case SELF -> "self";
            case PEER_KMS -> "peer_kms";
            case APP -> "app " + question.question().bootInfo().appId().toHex();
        };
    }

    /** Whether any verdict changed. */
    public boolean changesVerdicts() {
        return changes.stream().anyMatch(change -> change.kind().verdict());
    }
}
