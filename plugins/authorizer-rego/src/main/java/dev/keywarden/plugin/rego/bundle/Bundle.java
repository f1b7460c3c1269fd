package dev.keywarden.plugin.rego.bundle;

import org.jspecify.annotations.Nullable;

/**
 * A bundle that was read and found sound; whether its policy can be evaluated is another matter.
 *
 * @param revision as the manifest says, possibly empty
 * @param sha256 digest of the bundle, in hex: of the archive, or of names and contents if it is a folder
 * @param keyId whose signature it bears, or null if it has none
 * @param wasm code of the policy
 * @param data one JSON object
 */
@SuppressWarnings("ArrayRecordComponent") // passed from the reader to the engine and never compared
public record Bundle(
        String revision, String sha256, @Nullable String keyId, byte[] wasm, byte[] data) {}
