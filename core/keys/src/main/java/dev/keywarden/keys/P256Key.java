package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * A P-256 private key with its public point.
 *
 * <p>Its encoding is the canonical PKCS#8 of the wire protocol, section 8.3: 138 bytes, always with the public key inside,
 * because secrets are derived from exactly these bytes.
 */
public final class P256Key implements AutoCloseable {
    /** Length of an uncompressed point in bytes. */
    static final int POINT_BYTES = 65;

    /** Length of the canonical PKCS#8 in bytes. */
    static final int PKCS8_BYTES = 138;

    private static final int SCALAR_OFFSET = 36;
    private static final int POINT_OFFSET = 73;
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");

    private static final byte[] PKCS8_BEFORE_SCALAR =
            HexFormat.of().parseHex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420");
    private static final byte[] PKCS8_BEFORE_POINT = HexFormat.of().parseHex("a144034200");
    private static final byte[] SPKI_BEFORE_POINT =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

    private final KeyMaterial scalar;
    private final Bytes point;

    private P256Key(KeyMaterial scalar, Bytes point) {
        this.scalar = scalar;
        this.point = point;
    }

    /** Makes a new key. */
    public static P256Key generate(SecureRandom random) {
        return fromScalar(Scalar.random(random, CURVE.getN()));
    }

    /**
     * The key of a scalar.
     *
     * @param scalar 32 bytes, big-endian; owned by the key from now on
     * @throws KeyException if it is not in 1 to n-1
     */
    static P256Key fromScalar(KeyMaterial scalar) {
        requireScalar(scalar);
        return new P256Key(scalar, scalar.expose(P256Key::multiply));
    }

    /**
     * Reads canonical PKCS#8.
     *
     * @param der 138 bytes, wiped by the caller
     * @throws KeyException if the layout differs, or the public key is not the scalar's
     */
    static P256Key fromPkcs8(byte[] der) {
        boolean layout = der.length == PKCS8_BYTES
                && Arrays.equals(PKCS8_BEFORE_SCALAR, 0, SCALAR_OFFSET, der, 0, SCALAR_OFFSET)
                && Arrays.equals(
                        PKCS8_BEFORE_POINT,
                        0,
                        PKCS8_BEFORE_POINT.length,
                        der,
                        SCALAR_OFFSET + Scalar.BYTES,
                        POINT_OFFSET);
        if (!layout) {
            throw new KeyException("not a P-256 key in PKCS#8 with its public key inside");
        }
        P256Key key =
                fromScalar(KeyMaterial.owning(Arrays.copyOfRange(der, SCALAR_OFFSET, SCALAR_OFFSET + Scalar.BYTES)));
        if (!key.point.equals(Bytes.of(der, POINT_OFFSET, POINT_BYTES))) {
            key.close();
            throw new KeyException("the public key inside is not that of the private key");
        }
        return key;
    }

    /**
     * Reads PEM, {@code PRIVATE KEY} only, of a key that is text already because it is public by design: the temporary CA's.
     *
     * @throws KeyException if it is anything else
     */
    public static P256Key fromPem(String pem) {
        try (KeyMaterial text = KeyMaterial.owning(pem.getBytes(StandardCharsets.UTF_8))) {
            return fromPem(text);
        }
    }

    /**
     * Reads PEM, {@code PRIVATE KEY} only.
     *
     * @param pem stays the caller's
     * @throws KeyException if it is anything else
     */
    static P256Key fromPem(KeyMaterial pem) {
        byte[] der = pem.expose(text -> Pem.decode(text, Pem.PRIVATE_KEY));
        try {
            return fromPkcs8(der);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    /** Whether this is the SubjectPublicKeyInfo of a P-256 key in its one canonical form, its point on the curve. */
    static boolean isPublicKey(Bytes spki) {
        byte[] der = spki.toArray();
        int prefix = SPKI_BEFORE_POINT.length;
        if (der.length != prefix + POINT_BYTES || !Arrays.equals(der, 0, prefix, SPKI_BEFORE_POINT, 0, prefix)) {
            return false;
        }
        try {
            return CURVE.getCurve()
                    .decodePoint(Arrays.copyOfRange(der, prefix, der.length))
                    .isValid();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The public key as SubjectPublicKeyInfo, 91 bytes of DER. */
    public Bytes spki() {
        byte[] spki = Arrays.copyOf(SPKI_BEFORE_POINT, SPKI_BEFORE_POINT.length + POINT_BYTES);
        System.arraycopy(point.toArray(), 0, spki, SPKI_BEFORE_POINT.length, POINT_BYTES);
        return Bytes.of(spki);
    }

    /** The uncompressed public point, 65 bytes. */
    Bytes point() {
        return point;
    }

    /** The private key; stays this object's. */
    KeyMaterial scalar() {
        return scalar;
    }

    /** The canonical PKCS#8, 138 bytes, owned by the caller. */
    KeyMaterial pkcs8() {
        byte[] der = new byte[PKCS8_BYTES];
        System.arraycopy(PKCS8_BEFORE_SCALAR, 0, der, 0, SCALAR_OFFSET);
        scalar.expose(bytes -> {
            System.arraycopy(bytes, 0, der, SCALAR_OFFSET, Scalar.BYTES);
            return der;
        });
        System.arraycopy(PKCS8_BEFORE_POINT, 0, der, SCALAR_OFFSET + Scalar.BYTES, PKCS8_BEFORE_POINT.length);
        System.arraycopy(point.toArray(), 0, der, POINT_OFFSET, POINT_BYTES);
        return KeyMaterial.owning(der);
    }

    /** The PEM text of the canonical PKCS#8 as ASCII bytes, owned by the caller. */
    public KeyMaterial pem() {
        try (KeyMaterial der = pkcs8()) {
            return der.expose(bytes -> KeyMaterial.owning(Pem.encode(Pem.PRIVATE_KEY, bytes)));
        }
    }

    /**
     * A child key (section 8.2): the derived 32 bytes are the scalar.
     *
     * @throws KeyException if they are no scalar, which happens once in 2^32
     */
    P256Key child(Bytes info) {
        return fromScalar(Hkdf.derive(scalar, info));
    }

    /** As {@link #child(Bytes)}, with the public point taken from those that are known. */
    P256Key child(Bytes info, PublicValues<Bytes> points) {
        KeyMaterial derived = Hkdf.derive(scalar, info);
        requireScalar(derived);
        return new P256Key(derived, points.get(info, () -> derived.expose(P256Key::multiply)));
    }

    /**
     * Signs with ECDSA and SHA-256.
     *
     * @return DER
     */
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(privateKey());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new KeyException("signing with P-256 failed", e);
        }
    }

    /**
     * The key as JCA wants it, for a TLS engine. That copy can't be wiped, and gives its bytes to whoever holds it.
     *
     * @throws KeyException if the installed cryptography providers refuse it
     */
    public PrivateKey privateKey() {
        try (KeyMaterial der = pkcs8()) {
            return der.expose(bytes -> {
                try {
                    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
                } catch (GeneralSecurityException e) {
                    throw new KeyException("the cryptography provider refuses a P-256 key", e);
                }
            });
        }
    }

    private static void requireScalar(KeyMaterial scalar) {
        if (!scalar.expose(bytes -> Scalar.isValid(bytes, CURVE.getN()))) {
            scalar.close();
            throw new KeyException("a P-256 private key must be 32 bytes in 1 to n-1");
        }
    }

    private static Bytes multiply(byte[] scalar) {
        return Bytes.of(new FixedPointCombMultiplier()
                .multiply(CURVE.getG(), BigIntegers.fromUnsignedByteArray(scalar))
                .normalize()
                .getEncoded(false));
    }

    @Override
    public void close() {
        scalar.close();
    }

    @Override
    public String toString() {
        return "P256Key[" + point + ", private part redacted]";
    }
}
