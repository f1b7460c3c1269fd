package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.util.function.LongFunction;

/** The public key that an application's environment is encrypted to, and who vouches for it (wire protocol, section 8.7). */
public final class EnvEncryptKey {
    private final Bytes publicKey;
    private final Bytes signature;
    private final LongFunction<Bytes> timestamped;

    EnvEncryptKey(Bytes publicKey, Bytes signature, LongFunction<Bytes> timestamped) {
        this.publicKey = publicKey;
        this.signature = signature;
        this.timestamped = timestamped;
    }

    /** X25519 public key, 32 bytes. */
    public Bytes publicKey() {
        return publicKey;
    }

    /** The root's signature over application id and public key, 65 bytes. */
    public Bytes signature() {
        return signature;
    }

    /**
     * The root's signature over application id, time and public key.
     *
     * @param unixSeconds the time
     * @return 65 bytes
     */
    public Bytes signatureV1(long unixSeconds) {
        return timestamped.apply(unixSeconds);
    }
}
