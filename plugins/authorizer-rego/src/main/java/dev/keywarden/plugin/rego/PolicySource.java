package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.engine.PolicyException;
import java.time.Duration;
import java.util.Map;

/** Evaluates the policy that is in force. */
interface PolicySource extends AutoCloseable {
    /**
     * Evaluates.
     *
     * @param input the input document
     * @param budget when to give up
     * @param evidence gets what the answer rests on, before the evaluation and after it
     * @return the value of the entry point as JSON
     * @throws PolicyException if there is no answer
     * @throws InterruptedException if the caller was interrupted
     */
    byte[] evaluate(byte[] input, Duration budget, Map<String, String> evidence)
            throws PolicyException, InterruptedException;

    @Override
    void close();
}
