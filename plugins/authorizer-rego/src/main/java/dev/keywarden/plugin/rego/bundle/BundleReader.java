package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Makes a bundle of an archive or of the files of a folder. */
public final class BundleReader {
    private static final String LEGACY_MODULE = "policy.wasm";

    private final BundleLimits limits;
    private final String entrypoint;
    private final Signatures signatures;

    /**
     * A reader.
     *
     * @param entrypoint whose code to take, where the manifest names several
     * @param keys that may vouch for bundles, by their ids
     * @param signed whether a bundle must be signed
     */
    public BundleReader(BundleLimits limits, String entrypoint, Map<String, VerificationKey> keys, boolean signed) {
        this.limits = limits;
        this.entrypoint = entrypoint;
        this.signatures = new Signatures(keys, signed);
    }

    /** Reads an archive as {@code opa build} makes it. */
    public Bundle readArchive(byte[] archive) throws PolicyException {
        if (archive.length > limits.packedBytes()) {
            throw new PolicyException(
                    Code.BUNDLE_TOO_LARGE,
                    "has " + archive.length + " bytes; at most " + limits.packedBytes()
                            + " are read (max_bundle_bytes)");
        }
        return read(
                TarGzReader.read(archive, limits),
                HexFormat.of().formatHex(newSha256().digest(archive)));
    }

    /** Takes the files of an unpacked bundle. */
    Bundle read(BundleFiles files) throws PolicyException {
        MessageDigest sha256 = newSha256();
        files.all().forEach((name, content) -> {
            byte[] bytes = name.getBytes(UTF_8);
            sha256.update(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(bytes.length)
                    .putLong(content.length)
                    .flip());
            sha256.update(bytes);
            sha256.update(content);
        });
        return read(files, HexFormat.of().formatHex(sha256.digest()));
    }

    private Bundle read(BundleFiles files, String sha256) throws PolicyException {
        String keyId = signatures.check(files);
        if (files.get(Manifest.PROTO_NAME) != null) {
            throw new PolicyException(
                    Code.BUNDLE_BAD_MANIFEST, "has a " + Manifest.PROTO_NAME + "; only " + Manifest.NAME + " is read");
        }
        Manifest manifest = Manifest.read(files.get(Manifest.NAME));
        byte[] wasm = wasm(files, manifest);
        return new Bundle(manifest.revision(), sha256, keyId, wasm, BundleData.of(files, manifest));
    }

    private byte[] wasm(BundleFiles files, Manifest manifest) throws PolicyException {
        String name = manifest.modules().get(entrypoint);
        if (name == null) {
            // The engine then says which entry points there are.
            name = manifest.modules().values().stream().findFirst().orElse(LEGACY_MODULE);
        }
        byte[] wasm = files.get(name);
        if (wasm == null) {
            throw new PolicyException(
                    Code.BUNDLE_WITHOUT_WASM, "has no WebAssembly; build it with opa build -t wasm -e " + entrypoint);
        }
        return wasm;
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
