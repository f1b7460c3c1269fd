package dev.keywarden.host;

/** Hears what shadows would have said. Called from their threads, many at a time; must return soon. */
@FunctionalInterface
public interface ShadowObserver {
    /**
     * A shadow answered a question that the chain had decided before.
     *
     * @param question what both were asked
     * @param shadow the shadow's name
     * @param answer the shadow's answer; unavailable if it had none
     * @param decision what came out of the chain, and counted
     */
    void heard(AuthorizationQuestion question, String shadow, AuthorizerAnswer answer, ChainDecision decision);

    /** A question was not put to the shadows, because too many were waiting. */
    default void dropped() {}
}
