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
     * @param info plain concatenation of the context parts; callers fix the parts' lengths, because nothing separates them
     */
    static byte[] derive(KeyMaterial parent, Bytes... info) {
        int length = 0;
        for (Bytes part : info) {
            length += part.length();
        }
        byte[] context = new byte[length];
        int offset = 0;
        for (Bytes part : info) {
            System.arraycopy(part.toArray(), 0, context, offset, part.length());
            offset += part.length();
        }
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        byte[] output = new byte[OUTPUT_BYTES];
        parent.expose(ikm -> {
            hkdf.init(new HKDFParameters(ikm, SALT, context));
            return hkdf.generateBytes(output, 0, output.length);
        });
        return output;
    }
}
