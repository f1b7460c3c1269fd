package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF-SHA256 (RFC 5869) as the protocol uses it (wire protocol, section 8.1). */
final class Hkdf {
    private static final byte[] SALT = "RATLS".getBytes(StandardCharsets.US_ASCII);
    private static final int OUTPUT_BYTES = 32;

    private Hkdf() {}

    /**
     * Derives 32 bytes.
     *
     * @param parent input key material
     * @param info the context parts, concatenated; callers fix the parts' lengths, because nothing separates them
     */
    static KeyMaterial derive(KeyMaterial parent, Bytes info) {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        return parent.expose(ikm -> {
            byte[] output = new byte[OUTPUT_BYTES];
            hkdf.init(new HKDFParameters(ikm, SALT, info.toArray()));
            hkdf.generateBytes(output, 0, output.length);
            return KeyMaterial.owning(output);
        });
    }
}
