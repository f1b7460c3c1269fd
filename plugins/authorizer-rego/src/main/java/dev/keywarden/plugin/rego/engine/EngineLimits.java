package dev.keywarden.plugin.rego.engine;

/**
 * What a policy may take.
 *
 * @param memoryBytes WebAssembly memory of one evaluator, a multiple of 64 KiB; its copy of the data is in it
 * @param resultBytes longest answer
 */
public record EngineLimits(long memoryBytes, int resultBytes) {
    /** Bytes of a page of WebAssembly memory. */
    static final int PAGE_BYTES = 64 * 1024;

    int pages() {
        return Math.toIntExact(memoryBytes / PAGE_BYTES);
    }
}
