package dev.keywarden.app.policy;

import java.util.List;

/** A policy that answers questions. */
public interface PolicyEvaluator extends AutoCloseable {
    /**
     * Answers, in the order of the questions.
     *
     * @throws PolicyFailure if the policy can't be asked at all
     */
    List<PolicyAnswer> answers(List<PolicyQuestion> questions);

    @Override
    default void close() {}
}
