package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.bundle.Bundle;
import dev.keywarden.plugin.rego.engine.EvaluatorPool;
import dev.keywarden.plugin.rego.engine.EvaluatorPool.PoolClosedException;
import dev.keywarden.plugin.rego.engine.PolicyEngine;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.engine.Program;
import dev.keywarden.plugin.rego.engine.Watchdog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Makes a bundle ready to decide, and refuses one that can't. Used by one thread. */
final class PolicyLoader {
    /** The first evaluations of a new process are interpreted by code that is itself interpreted. */
    private static final Duration SMOKE = Duration.ofSeconds(20);

    private final PolicyEngine engine;
    private final Watchdog watchdog;
    private final Executor background;
    private final String entrypoint;
    private final int instances;
    private byte @Nullable [] lastCode;
    private @Nullable Program lastProgram;

    /**
     * A loader.
     *
     * @param background makes evaluators in place of those thrown away
     */
    PolicyLoader(PolicyEngine engine, Watchdog watchdog, Executor background, String entrypoint, int instances) {
        this.engine = engine;
        this.watchdog = watchdog;
        this.background = background;
        this.entrypoint = entrypoint;
        this.instances = instances;
    }

    /** Loads a bundle; unless its code is that of the one before, it is interpreted until {@link #compile}. */
    PolicyVersion load(Bundle bundle) throws PolicyException, InterruptedException {
        Program program = program(bundle.wasm());
        EvaluatorPool pool =
                new EvaluatorPool(() -> program.evaluator(entrypoint, bundle.data()), watchdog, background, instances);
        pool.fill();
        try {
            smoke(bundle.data(), pool);
            return new PolicyVersion(bundle.revision(), pool, evidence(bundle));
        } catch (PolicyException | InterruptedException e) {
            pool.close();
            throw e;
        }
    }

    /** The code of two bundles that differ in their data is the same, and compiled once. */
    private Program program(byte[] code) throws PolicyException {
        Program known = lastProgram;
        if (known != null && java.util.Arrays.equals(code, lastCode)) {
            return known;
        }
        Program program = engine.load(code);
        lastCode = code;
        lastProgram = program;
        return program;
    }

    /** Compiles the last loaded policy and makes its evaluators anew. */
    void compile(PolicyVersion version) throws PolicyException {
        Program program = lastProgram;
        if (program != null && !program.compiled()) {
            program.compile();
            version.pool().fill();
        }
    }

    private Map<String, String> evidence(Bundle bundle) {
        Map<String, String> evidence = new HashMap<>();
        evidence.put("bundle_sha256", bundle.sha256());
        evidence.put("entrypoint", entrypoint);
        if (!bundle.revision().isEmpty()) {
            evidence.put("bundle_revision", bundle.revision());
        }
        String keyId = bundle.keyId();
        if (keyId != null) {
            evidence.put("bundle_signed_by", keyId);
        }
        return Map.copyOf(evidence);
    }

    /** Evaluates the inputs that the bundle carries in {@code data.smoke.cases}. */
    private void smoke(byte[] data, EvaluatorPool pool) throws PolicyException, InterruptedException {
        for (SmokeCase each : SmokeCase.of(data)) {
            Verdict verdict;
            try {
                verdict = Verdict.read(pool.evaluate(each.input(), SMOKE));
            } catch (PolicyException e) {
                if (e.code() == Code.POLICY_TIMEOUT) {
                    throw e;
                }
                throw new PolicyException(
                        Code.POLICY_FAILS_SMOKE,
                        "does not answer its smoke input " + each.name() + ": " + e.getMessage(),
                        e);
            } catch (PoolClosedException e) {
                throw new IllegalStateException("nobody else knows the pool", e);
            }
            String problem = each.problemWith(verdict);
            if (problem != null) {
                throw new PolicyException(
                        Code.POLICY_FAILS_SMOKE, "answers its smoke input " + each.name() + " with " + problem);
            }
        }
    }
}
