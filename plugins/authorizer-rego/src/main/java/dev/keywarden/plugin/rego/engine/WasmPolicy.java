package dev.keywarden.plugin.rego.engine;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.styra.opa.wasm.OpaWasm_Env;
import com.styra.opa.wasm.OpaWasm_ModuleExports;
import com.styra.opa.wasm.OpaWasm_ModuleImports;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import dev.keywarden.plugin.rego.json.Json;
import dev.keywarden.plugin.rego.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a policy's module: its memory, its exports, and the functions it imports.
 *
 * @implSpec ABI 1.2 and later of OPA's WebAssembly (openpolicyagent.org/docs/wasm, "Exports" and "Imports")
 */
final class WasmPolicy implements OpaWasm_ModuleImports, OpaWasm_Env {
    private static final long ABI_MAJOR = 1;

    /** The first with {@code opa_eval}, which does in one call what took ten. */
    private static final long ABI_LEAST_MINOR = 2;

    /** Each module imports at least this much. */
    private static final int FIRST_PAGES = 2;

    /** Names of functions and entry points are short. */
    private static final int MAX_LISTING_BYTES = 1 << 20;

    private static final int CHUNK_BYTES = 1024;

    private final Memory memory;
    private final OpaWasm_ModuleExports exports;
    private final Map<String, Integer> entrypoints;
    private final Map<String, Integer> builtinIds;
    private final Map<Integer, Builtin> builtins = new HashMap<>();
    private int dataAddress;
    private int heapAfterData;

    private WasmPolicy(WasmModule module, @Nullable Function<Instance, Machine> machines, EngineLimits limits)
            throws PolicyException {
        this.memory = new ByteArrayMemory(new MemoryLimits(FIRST_PAGES, limits.pages()));
        Instance.Builder builder = Instance.builder(module)
                .withImportValues(toImportValues())
                .withMemoryFactory(asked -> new ByteArrayMemory(new MemoryLimits(FIRST_PAGES, limits.pages())));
        Instance instance = (machines == null ? builder : builder.withMachineFactory(machines)).build();
        this.exports = new OpaWasm_ModuleExports(instance);
        checkAbi();
        this.builtinIds = listing(exports.builtins());
        this.entrypoints = listing(exports.entrypoints());
        builtinIds.forEach((name, id) -> {
            Builtin builtin = Builtins.find(name);
            if (builtin != null) {
                builtins.put(id, builtin);
            }
        });
    }

    /**
     * Starts an instance.
     *
     * @param machines what runs the code, or null to interpret it
     */
    static WasmPolicy start(WasmModule module, @Nullable Function<Instance, Machine> machines, EngineLimits limits)
            throws PolicyException {
        try {
            return new WasmPolicy(module, machines, limits);
        } catch (ChicoryInterruptedException e) {
            throw new PolicyException(Code.INTERRUPTED, "was not waited for", e);
        } catch (AbortException e) {
            throw aborted(e);
        } catch (ChicoryException | IndexOutOfBoundsException | NullPointerException | IllegalArgumentException e) {
            throw new PolicyException(Code.POLICY_BAD_ABI, "is not WebAssembly as OPA makes it: " + words(e), e);
        }
    }

    private void checkAbi() throws PolicyException {
        long major = exports.opaWasmAbiVersion().getValue();
        long minor = exports.opaWasmAbiMinorVersion().getValue();
        if (major != ABI_MAJOR || minor < ABI_LEAST_MINOR) {
            throw new PolicyException(
                    Code.POLICY_BAD_ABI,
                    "was built for version " + major + "." + minor + " of OPA's WebAssembly interface; " + ABI_MAJOR
                            + "." + ABI_LEAST_MINOR + " and later minor versions can be run");
        }
    }

    /** Entry points and their numbers. */
    Map<String, Integer> entrypoints() {
        return entrypoints;
    }

    /** Functions that the policy uses and the module does not bring. */
    Set<String> builtins() {
        return builtinIds.keySet();
    }

    /** Memory in use, in bytes. */
    long memoryBytes() {
        return (long) memory.pages() * Memory.PAGE_SIZE;
    }

    /** Copies the data into the instance, once. */
    void loadData(byte[] data) throws PolicyException {
        try {
            int text = write(data);
            dataAddress = exports.opaJsonParse(text, data.length);
            exports.opaFree(text);
            if (dataAddress == 0) {
                throw new PolicyException(Code.BUNDLE_BAD_DATA, "has data that the engine does not take");
            }
            heapAfterData = exports.opaHeapPtrGet();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw explain(e);
        }
    }

    /** Evaluates an entry point; the text of the result set. */
    byte[] evaluate(int entrypoint, byte[] input, int maxBytes) throws PolicyException {
        try {
            exports.opaHeapPtrSet(heapAfterData);
            int text = write(input);
            int heap = exports.opaHeapPtrGet();
            return readText(exports.opaEval(0, entrypoint, dataAddress, text, input.length, heap, 0), maxBytes);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw explain(e);
        }
    }

    private int write(byte[] bytes) {
        int address = exports.opaMalloc(Math.max(bytes.length, 1));
        memory.write(address, bytes);
        return address;
    }

    /** Text up to its zero byte. */
    private byte[] readText(int address, int maxBytes) throws PolicyException {
        int length = 0;
        long end = memoryBytes();
        while (length <= maxBytes) {
            int at = address + length;
            byte[] chunk = memory.readBytes(at, (int) Math.min(CHUNK_BYTES, end - at));
            for (int i = 0; i < chunk.length; i++) {
                if (chunk[i] == 0) {
                    return length == 0 ? java.util.Arrays.copyOf(chunk, i) : memory.readBytes(address, length + i);
                }
            }
            length += chunk.length;
        }
        throw new PolicyException(Code.POLICY_RESULT_TOO_LARGE, "gave an answer of more than " + maxBytes + " bytes");
    }

    private Map<String, Integer> listing(int address) throws PolicyException {
        byte[] text = readText(exports.opaJsonDump(address), MAX_LISTING_BYTES);
        Map<String, Integer> numbers = new HashMap<>();
        try {
            if (Json.parse(text) instanceof Map<?, ?> names) {
                names.forEach((name, number) -> numbers.put(String.valueOf(name), ((Number) number).intValue()));
            }
        } catch (MalformedJsonException | ClassCastException e) {
            throw new PolicyException(
                    Code.POLICY_BAD_ABI, "is not WebAssembly as OPA makes it: a listing is broken", e);
        }
        return Map.copyOf(numbers);
    }

    private static PolicyException explain(Throwable e) {
        if (e instanceof ChicoryInterruptedException) {
            return new PolicyException(Code.INTERRUPTED, "was not waited for", e);
        }
        if (e instanceof AbortException abort) {
            return aborted(abort);
        }
        if (e instanceof OutOfMemoryError) {
            return new PolicyException(Code.POLICY_OUT_OF_MEMORY, "needs more memory than the node has", e);
        }
        return new PolicyException(Code.POLICY_FAILED, "failed: " + words(e), e);
    }

    /** The module gives up with a text: it found no memory, or the policy contradicts itself. */
    private static PolicyException aborted(AbortException e) {
        String text = words(e);
        return text.contains("opa_malloc")
                ? new PolicyException(Code.POLICY_OUT_OF_MEMORY, "needs more memory than max_wasm_memory allows", e)
                : new PolicyException(Code.POLICY_FAILED, "gave up: " + text, e);
    }

    /** The first line of what an exception says, and not much of it. */
    static String words(Throwable e) {
        String message = String.valueOf(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        String line = message.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }

    @Override
    public OpaWasm_Env env() {
        return this;
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public void opaAbort(int address) {
        byte[] text;
        try {
            text = readText(address, CHUNK_BYTES);
        } catch (PolicyException e) {
            text = new byte[0];
        }
        throw new AbortException(new String(text, StandardCharsets.UTF_8));
    }

    @Override
    public int opaBuiltin0(int id, int context) {
        return call(id);
    }

    @Override
    public int opaBuiltin1(int id, int context, int first) {
        return call(id, first);
    }

    @Override
    public int opaBuiltin2(int id, int context, int first, int second) {
        return call(id, first, second);
    }

    @Override
    public int opaBuiltin3(int id, int context, int first, int second, int third) {
        return call(id, first, second, third);
    }

    @Override
    public int opaBuiltin4(int id, int context, int first, int second, int third, int fourth) {
        return call(id, first, second, third, fourth);
    }

    /** Calls a function of the host; zero means that its result is undefined, as OPA has it when one fails. */
    private int call(int id, int... addresses) {
        Builtin builtin = builtins.get(id);
        if (builtin == null) {
            throw new AbortException("function " + id + " is not there");
        }
        try {
            List<@Nullable Object> arguments = new ArrayList<>();
            for (int address : addresses) {
                int text = exports.opaJsonDump(address);
                arguments.add(Json.parse(readText(text, Integer.MAX_VALUE - CHUNK_BYTES)));
                exports.opaFree(text);
            }
            Object result = builtin.apply(arguments);
            if (result == null) {
                return 0;
            }
            byte[] json = Json.write(result);
            int text = write(json);
            int value = exports.opaJsonParse(text, json.length);
            exports.opaFree(text);
            return value;
        } catch (MalformedJsonException | PolicyException e) {
            throw new AbortException("an argument can't be read: " + words(e));
        }
    }
}
