package dev.keywarden.plugin.rego.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.util.Arrays;

/** One instance with its data, asked for one entry point. */
final class WasmEvaluator implements Evaluator {
    /** A result set holds one result, or none if the document is undefined. */
    private static final byte[] BEFORE = "[{\"result\":".getBytes(US_ASCII);

    private static final byte[] AFTER = "}]".getBytes(US_ASCII);

    private final WasmPolicy policy;
    private final int entrypoint;
    private final int resultBytes;

    WasmEvaluator(WasmPolicy policy, int entrypoint, int resultBytes) {
        this.policy = policy;
        this.entrypoint = entrypoint;
        this.resultBytes = resultBytes;
    }

    @Override
    public byte[] evaluate(byte[] input) throws PolicyException {
        byte[] set = policy.evaluate(entrypoint, input, resultBytes);
        int end = set.length - AFTER.length;
        if (end < BEFORE.length
                || !Arrays.equals(set, 0, BEFORE.length, BEFORE, 0, BEFORE.length)
                || !Arrays.equals(set, end, set.length, AFTER, 0, AFTER.length)) {
            throw new PolicyException(Code.UNDEFINED, "says nothing about this question");
        }
        return Arrays.copyOfRange(set, BEFORE.length, end);
    }

    @Override
    public long memoryBytes() {
        return policy.memoryBytes();
    }
}
