package dev.keywarden.plugin.rego.engine;

/** Turns the compiled code of a policy into something that answers questions. */
public interface PolicyEngine {
    /**
     * Loads code, which is checked as far as it can be without running it for an answer.
     *
     * @param code what {@code opa build} made of the policy
     * @throws PolicyException if it is no code of a policy, or one that this engine can't run
     */
    Program load(byte[] code) throws PolicyException;
}
