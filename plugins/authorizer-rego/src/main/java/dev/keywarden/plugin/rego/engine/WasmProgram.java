package dev.keywarden.plugin.rego.engine;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One parsed WebAssembly module. The SDK's own policy object parses and compiles for each instance; here the module is
 * parsed once and compiled once, and all instances share both.
 */
final class WasmProgram implements Program {
    private final WasmModule module;
    private final EngineLimits limits;
    private final Set<String> entrypoints;
    private volatile @Nullable Function<Instance, Machine> machines;

    private WasmProgram(WasmModule module, EngineLimits limits, Set<String> entrypoints) {
        this.module = module;
        this.limits = limits;
        this.entrypoints = entrypoints;
    }

    static WasmProgram load(byte[] code, EngineLimits limits) throws PolicyException {
        WasmModule module;
        try {
            module = Parser.parse(code);
        } catch (ChicoryException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new PolicyException(
                    Code.POLICY_BAD_ABI, "is no WebAssembly that can be read: " + WasmPolicy.words(e), e);
        }
        WasmPolicy probe = WasmPolicy.start(module, null, limits);
        checkBuiltins(probe.builtins());
        return new WasmProgram(module, limits, Set.copyOf(probe.entrypoints().keySet()));
    }

    private static void checkBuiltins(Set<String> used) throws PolicyException {
        List<String> volatileOnes = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String name : new TreeSet<>(used)) {
            if (Builtins.isNotDeterministic(name)) {
                volatileOnes.add(name);
            } else if (Builtins.find(name) == null) {
                unknown.add(name);
            }
        }
        if (!volatileOnes.isEmpty()) {
            throw new PolicyException(
                    Code.POLICY_NOT_DETERMINISTIC,
                    "uses " + String.join(", ", volatileOnes)
                            + ": a decision must rest on its input alone, so that it can"
                            + " be repeated; the time is input.time");
        }
        if (!unknown.isEmpty()) {
            throw new PolicyException(
                    Code.POLICY_UNKNOWN_BUILTIN,
                    "uses " + String.join(", ", unknown) + ", which the engine does not have; build the policy with"
                            + " --capabilities policies/capabilities.json to see where");
        }
    }

    @Override
    public Set<String> entrypoints() {
        return entrypoints;
    }

    @Override
    public boolean compiled() {
        return machines != null;
    }

    @Override
    public void compile() throws PolicyException {
        if (machines == null) {
            try {
                machines = MachineFactoryCompiler.builder(module)
                        .withInterpreterFallback(InterpreterFallback.SILENT)
                        .compile();
            } catch (ChicoryException | IllegalArgumentException | IllegalStateException | LinkageError e) {
                throw new PolicyException(Code.POLICY_BAD_ABI, "can't be compiled: " + WasmPolicy.words(e), e);
            }
        }
    }

    @Override
    public Evaluator evaluator(String entrypoint, byte[] data) throws PolicyException {
        WasmPolicy policy = WasmPolicy.start(module, machines, limits);
        Integer number = policy.entrypoints().get(entrypoint);
        if (number == null) {
            throw new PolicyException(
                    Code.POLICY_WITHOUT_ENTRYPOINT,
                    "has no entry point " + entrypoint + "; it has " + String.join(", ", new TreeSet<>(entrypoints))
                            + ". Build it with -e " + entrypoint);
        }
        policy.loadData(data);
        return new WasmEvaluator(policy, number, limits.resultBytes());
    }
}
