package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;

/** The keys of one application instance (wire protocol, section 8.5). Whoever asked for them closes them. */
public final class AppKeys implements AutoCloseable {
    private final KeyMaterial diskCryptKey;
    private final KeyMaterial envCryptKey;
    private final KeyMaterial k256Key;
    private final Bytes k256Signature;

    AppKeys(KeyMaterial diskCryptKey, KeyMaterial envCryptKey, KeyMaterial k256Key, Bytes k256Signature) {
        this.diskCryptKey = diskCryptKey;
        this.envCryptKey = envCryptKey;
        this.k256Key = k256Key;
        this.k256Signature = k256Signature;
    }

    /** Encrypts the instance's disk, 32 bytes. */
    public KeyMaterial diskCryptKey() {
        return diskCryptKey;
    }

    /** X25519 private key that the application's environment is encrypted to, 32 bytes, not clamped. */
    public KeyMaterial envCryptKey() {
        return envCryptKey;
    }

    /** The application's secp256k1 private key, 32 bytes. */
    public KeyMaterial k256Key() {
        return k256Key;
    }

    /** The root's signature over the public key of {@link #k256Key()}, 65 bytes. */
    public Bytes k256Signature() {
        return k256Signature;
    }

    @Override
    public void close() {
        diskCryptKey.close();
        envCryptKey.close();
        k256Key.close();
    }
}
