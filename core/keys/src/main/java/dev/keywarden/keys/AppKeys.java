package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;

/**
 * The keys of one application instance (wire protocol, section 8.5). Whoever asked for them closes them.
 *
 * @param diskCryptKey 32 bytes
 * @param envCryptKey 32 bytes, not clamped
 * @param k256Key 32 bytes, a secp256k1 scalar
 * @param k256Signature 65 bytes: the root's signature over the public key of the one before
 */
public record AppKeys(KeyMaterial diskCryptKey, KeyMaterial envCryptKey, KeyMaterial k256Key, Bytes k256Signature)
        implements AutoCloseable {
    @Override
    public void close() {
        diskCryptKey.close();
        envCryptKey.close();
        k256Key.close();
    }
}
