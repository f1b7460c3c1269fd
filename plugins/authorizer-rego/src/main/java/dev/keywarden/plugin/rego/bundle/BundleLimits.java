package dev.keywarden.plugin.rego.bundle;

/**
 * How large a bundle may be.
 *
 * @param packedBytes of the archive
 * @param unpackedBytes of all files in it together
 */
public record BundleLimits(long packedBytes, long unpackedBytes) {
    /** A bundle has a handful of files; this many are an attack or a mistake. */
    static final int MAX_FILES = 10_000;
}
