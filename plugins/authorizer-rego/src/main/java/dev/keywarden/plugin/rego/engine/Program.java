package dev.keywarden.plugin.rego.engine;

import java.util.Set;

/** The code of one policy, without its data. Safe for use by many threads. */
public interface Program {
    /** The documents that can be asked for, as {@code package/rule}. */
    Set<String> entrypoints();

    /** Whether {@link #compile} is done, so that evaluators made from now on are fast. */
    boolean compiled();

    /** Compiles, which takes about a second; until then evaluators interpret the code, a hundred times slower. */
    void compile() throws PolicyException;

    /**
     * Makes an evaluator, which gets a copy of the data.
     *
     * @param entrypoint one of {@link #entrypoints}
     * @param data one JSON object, valid
     */
    Evaluator evaluator(String entrypoint, byte[] data) throws PolicyException;
}
