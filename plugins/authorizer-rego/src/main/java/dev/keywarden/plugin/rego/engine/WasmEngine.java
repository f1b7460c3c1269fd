package dev.keywarden.plugin.rego.engine;

/** OPA's WebAssembly on the JVM, by Chicory and the bindings of OPA's SDK for Java. */
public final class WasmEngine implements PolicyEngine {
    private final EngineLimits limits;

    /** An engine whose evaluators keep to the limits. */
    public WasmEngine(EngineLimits limits) {
        this.limits = limits;
    }

    @Override
    public Program load(byte[] code) throws PolicyException {
        return WasmProgram.load(code, limits);
    }
}
