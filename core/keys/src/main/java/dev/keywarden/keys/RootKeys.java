package dev.keywarden.keys;

import java.security.SecureRandom;

/**
 * The keys that everything is derived from, and the temporary CA's, which is public by design.
 *
 * <p>They must differ: a root key that is also the temporary CA's would be given to anyone who asks.
 *
 * @param rootCa signs the node's certificates and is the parent of disk, environment and CA keys
 * @param k256 signs for applications and is the parent of their secp256k1 keys
 * @param tempCa issues client certificates to anyone
 */
public record RootKeys(P256Key rootCa, K256Key k256, P256Key tempCa) implements AutoCloseable {
    /** @throws KeyException if two of them are the same */
    public RootKeys {
        if (!KeyMaterial.allDiffer(rootCa.scalar(), k256.scalar(), tempCa.scalar())) {
            throw new KeyException(
                    "two of the root CA key, the k256 root key and the temporary CA key are the same; the"
                            + " last one is public by design, and each must be a key of its own");
        }
    }

    /** Makes new keys. */
    public static RootKeys generate(SecureRandom random) {
        return new RootKeys(P256Key.generate(random), K256Key.generate(random), P256Key.generate(random));
    }

    @Override
    public void close() {
        rootCa.close();
        k256.close();
        tempCa.close();
    }
}
