package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** A secp256k1 private key (wire protocol, sections 8.5 and 8.7). */
public final class K256Key implements AutoCloseable {
    /** Length of a signature in bytes: r, s, recovery id. */
    static final int SIGNATURE_BYTES = 65;

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final ECDomainParameters DOMAIN =
            new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
    private static final BigInteger HALF_N = CURVE.getN().shiftRight(1);

    private final KeyMaterial scalar;
    private final Bytes publicKey;

    private K256Key(KeyMaterial scalar, Bytes publicKey) {
        this.scalar = scalar;
        this.publicKey = publicKey;
    }

    /** Makes a new key. */
    static K256Key generate(SecureRandom random) {
        return fromScalar(Scalar.random(random, CURVE.getN()));
    }

    /**
     * The key of a scalar.
     *
     * @param scalar exactly 32 bytes, big-endian; owned by the key from now on
     * @throws KeyException if it has another length or is not in 1 to n-1
     */
    static K256Key fromScalar(KeyMaterial scalar) {
        requireScalar(scalar);
        return new K256Key(scalar, scalar.expose(K256Key::publicKeyOf));
    }

    /** Closes and refuses what is no private key. */
    static void requireScalar(KeyMaterial scalar) {
        if (!scalar.expose(bytes -> Scalar.isValid(bytes, CURVE.getN()))) {
            scalar.close();
            throw new KeyException(
                    "a secp256k1 private key must be 32 raw bytes in 1 to n-1; this has " + scalar.length() + " bytes");
        }
    }

    /** The compressed public key of a valid scalar, 33 bytes. */
    static Bytes publicKeyOf(byte[] scalar) {
        return Bytes.of(multiply(BigIntegers.fromUnsignedByteArray(scalar)).getEncoded(true));
    }

    /** The compressed public key, 33 bytes. */
    public Bytes publicKey() {
        return publicKey;
    }

    /** The private key; stays this object's. */
    KeyMaterial scalar() {
        return scalar;
    }

    /**
     * Signs a digest: nonce by RFC 6979 with HMAC-SHA256, s in the low half.
     *
     * @param digest 32 bytes
     * @return 65 bytes: r, s, and the recovery id, 0 to 3
     */
    Bytes sign(byte[] digest) {
        return scalar.expose(key -> sign(new BigInteger(1, key), digest));
    }

    private static Bytes sign(BigInteger key, byte[] digest) {
        BigInteger n = DOMAIN.getN();
        BigInteger e = new BigInteger(1, digest);
        HMacDSAKCalculator nonces = new HMacDSAKCalculator(new SHA256Digest());
        nonces.init(n, key, digest);
        while (true) {
            BigInteger k = nonces.nextK();
            ECPoint point = multiply(k);
            BigInteger x = point.getAffineXCoord().toBigInteger();
            BigInteger r = x.mod(n);
            BigInteger s = BigIntegers.modOddInverse(n, k)
                    .multiply(e.add(key.multiply(r)))
                    .mod(n);
            if (r.signum() == 0 || s.signum() == 0) {
                continue;
            }
            int recovery = (point.getAffineYCoord().testBitZero() ? 1 : 0) | (x.compareTo(n) >= 0 ? 2 : 0);
            if (s.compareTo(HALF_N) > 0) {
                s = n.subtract(s);
                recovery ^= 1;
            }
            return encode(r, s, recovery);
        }
    }

    private static Bytes encode(BigInteger r, BigInteger s, int recovery) {
        byte[] signature = new byte[SIGNATURE_BYTES];
        BigIntegers.asUnsignedByteArray(r, signature, 0, Scalar.BYTES);
        BigIntegers.asUnsignedByteArray(s, signature, Scalar.BYTES, Scalar.BYTES);
        signature[SIGNATURE_BYTES - 1] = (byte) recovery;
        return Bytes.of(signature);
    }

    private static ECPoint multiply(BigInteger scalar) {
        return new FixedPointCombMultiplier().multiply(DOMAIN.getG(), scalar).normalize();
    }

    @Override
    public void close() {
        scalar.close();
    }

    @Override
    public String toString() {
        return "K256Key[" + publicKey + ", private part redacted]";
    }
}
