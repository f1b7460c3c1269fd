package dev.keywarden.plugin.rego.engine;

/** Answers one question at a time: not safe for use by several threads at once. */
public interface Evaluator {
    /**
     * Evaluates the policy. An interrupt ends it within some milliseconds and is left for the caller to see. After an
     * exception the evaluator must not be used again.
     *
     * @param input one JSON object, valid
     * @return the value of the entry point as JSON
     * @throws PolicyException if there is none: {@link PolicyException.Code#UNDEFINED} if the policy says nothing, else
     *     whatever went wrong
     */
    byte[] evaluate(byte[] input) throws PolicyException;

    /** Memory that the evaluator holds, in bytes. */
    long memoryBytes();
}
