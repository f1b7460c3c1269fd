package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** Keccak-256 with the original padding, not SHA-3. */
final class Keccak {
    private static final int BITS = 256;

    private Keccak() {}

    /** The digest of the concatenation of the parts, 32 bytes. */
    static byte[] digest256(Bytes... parts) {
        KeccakDigest keccak = new KeccakDigest(BITS);
        for (Bytes part : parts) {
            keccak.update(part.toArray(), 0, part.length());
        }
        byte[] digest = new byte[BITS / 8];
        keccak.doFinal(digest, 0);
        return digest;
    }
}
