package dev.keywarden.keys;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * Derives an application's keys from the root keys (wire protocol, section 8).
 *
 * <p>Context parts are concatenated without framing, so their lengths are enforced before anything is derived: an id of
 * another length could be another application's keys (section 8.6). Safe for use by many threads.
 */
public final class KeyDerivation {
    private static final Bytes APP_CA = ascii("app-ca");
    private static final Bytes APP_DISK_CRYPT_KEY = ascii("app-disk-crypt-key");
    private static final Bytes ENV_ENCRYPT_KEY = ascii("env-encrypt-key");
    private static final Bytes APP_KEY = ascii("app-key");
    private static final Bytes COLON = ascii(":");
    private static final Bytes ISSUED = ascii("dstack-kms-issued");
    private static final Bytes ENV_ENCRYPT_PUBKEY = ascii("dstack-env-encrypt-pubkey");

    private final RootKeys root;
    private final PublicValues<Bytes> points = new PublicValues<>();
    private final PublicValues<Bytes> issuedSignatures = new PublicValues<>();
    private final PublicValues<EnvEncryptKey> envKeys = new PublicValues<>();

    /** @param root owned by the caller, who closes them after the last use of this object */
    public KeyDerivation(RootKeys root) {
        this.root = root;
    }

    /**
     * All keys of an application instance.
     *
     * @param appId 20 bytes
     * @param instanceId 20 bytes, or empty for an application whose instances share one disk key
     * @return keys owned by the caller, who closes them
     * @throws KeyException if a length is wrong, or once in 2^32 cases because a derived value is no scalar
     */
    public AppKeys deriveApp(Bytes appId, Bytes instanceId) {
        requireAppId(appId);
        if (!instanceId.isEmpty() && instanceId.length() != BootInfo.INSTANCE_ID_BYTES) {
            throw new KeyException("instance_id must be 20 bytes or empty");
        }
        KeyMaterial k256 = Hkdf.derive(root.k256().scalar(), join(appId, APP_KEY));
        K256Key.requireScalar(k256);
        Bytes signature = issuedSignatures.get(appId, () -> sign(ISSUED, appId, k256.expose(K256Key::publicKeyOf)));
        return new AppKeys(
                secret(child(join(appId, instanceId, APP_DISK_CRYPT_KEY))),
                secret(child(join(appId, ENV_ENCRYPT_KEY))),
                k256,
                signature);
    }

    /**
     * The public key for an application's environment, for anyone who asks.
     *
     * @param appId 20 bytes
     * @throws KeyException if the length is wrong
     */
    public EnvEncryptKey envEncryptKey(Bytes appId) {
        requireAppId(appId);
        return envKeys.get(appId, () -> {
            // Anyone may ask this of any id, so the point is not kept: strangers would crowd out those of admitted
            // apps.
            Bytes publicKey;
            try (KeyMaterial secret = secret(root.rootCa().child(join(appId, ENV_ENCRYPT_KEY)))) {
                publicKey = secret.expose(KeyDerivation::x25519);
            }
            return new EnvEncryptKey(
                    publicKey,
                    sign(ENV_ENCRYPT_PUBKEY, appId, publicKey),
                    time -> sign(ENV_ENCRYPT_PUBKEY, appId, unsigned64(time), publicKey));
        });
    }

    /**
     * The key of an application's own CA.
     *
     * @param appId 20 bytes
     * @return a key owned by the caller, who closes it
     */
    public P256Key appCaKey(Bytes appId) {
        requireAppId(appId);
        return child(join(appId, APP_CA));
    }

    private P256Key child(Bytes info) {
        return root.rootCa().child(info, points);
    }

    /** SHA-256 of a child key's canonical PKCS#8 (section 8.4); closes the child. */
    private static KeyMaterial secret(P256Key child) {
        try (child;
                KeyMaterial pkcs8 = child.pkcs8()) {
            return KeyMaterial.owning(pkcs8.expose(Sha256::of));
        }
    }

    private Bytes sign(Bytes prefix, Bytes... message) {
        Bytes[] parts = new Bytes[message.length + 2];
        parts[0] = prefix;
        parts[1] = COLON;
        System.arraycopy(message, 0, parts, 2, message.length);
        return root.k256().sign(Keccak.digest256(parts));
    }

    private static Bytes x25519(byte[] secret) {
        byte[] publicKey = new byte[X25519.POINT_SIZE];
        // Clamps a copy; the secret itself is released unclamped.
        X25519.scalarMultBase(secret, 0, publicKey, 0);
        return Bytes.of(publicKey);
    }

    private static void requireAppId(Bytes appId) {
        if (appId.length() != BootInfo.APP_ID_BYTES) {
            throw new KeyException("app_id must be 20 bytes");
        }
    }

    /** Plain concatenation, which is all the framing that the protocol has. */
    private static Bytes join(Bytes... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Bytes part : parts) {
            joined.writeBytes(part.toArray());
        }
        return Bytes.of(joined.toByteArray());
    }

    private static Bytes unsigned64(long value) {
        return Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
