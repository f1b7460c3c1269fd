package dev.keywarden.dcap;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * ECDSA on P-256 with SHA-256 (FIPS 186-5; curve of SEC 2, section 2.4.2), by whichever provider the process has put
 * first. What providers judge differently is judged here before they see it: that a key is a point of the curve, and that
 * r and s are in [1, n-1]. A high s is a valid signature; Intel does not normalise.
 */
final class P256 {
    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final BigInteger THREE = BigInteger.valueOf(3);
    private static final ByteView N =
            ByteView.wrap(HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"));

    /** DER of a SubjectPublicKeyInfo up to the point: algorithm, named curve, bit string, uncompressed form. */
    private static final byte[] SPKI_PREFIX =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    private static final int FIELD_BYTES = 32;

    private P256() {}

    /** Whether 64 bytes, X then Y, are a point of the curve other than the one at infinity. */
    static boolean isPoint(ByteView xy) {
        BigInteger x = new BigInteger(1, xy.slice(0, FIELD_BYTES).toArray());
        BigInteger y = new BigInteger(1, xy.slice(FIELD_BYTES, FIELD_BYTES).toArray());
        if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
            return false;
        }
        BigInteger right = x.multiply(x).subtract(THREE).multiply(x).add(B);
        return y.multiply(y).subtract(right).mod(P).signum() == 0;
    }

    /** The key object of a point, X then Y; the caller has checked {@link #isPoint}. */
    static PublicKey publicKey(ByteView xy) {
        byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + xy.length());
        xy.copyTo(spki, SPKI_PREFIX.length);
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no EC keys", e);
        } catch (InvalidKeySpecException e) {
            throw new IllegalStateException("a point of P-256 was refused as a key", e);
        }
    }

    /**
     * The point inside a DER SubjectPublicKeyInfo that names the curve and gives the point uncompressed; empty if it has
     * another form (another algorithm, explicit parameters) or what it gives is no point of the curve.
     */
    static Optional<ByteView> pointOf(ByteView spki) {
        if (spki.length() != SPKI_PREFIX.length + 2 * FIELD_BYTES
                || !spki.slice(0, SPKI_PREFIX.length).equals(ByteView.wrap(SPKI_PREFIX))) {
            return Optional.empty();
        }
        return Optional.of(spki.slice(SPKI_PREFIX.length, 2 * FIELD_BYTES)).filter(P256::isPoint);
    }

    /** Checks a signature of 64 bytes, r then s. */
    static boolean verifyRaw(PublicKey key, ByteView message, ByteView rs) {
        ByteView r = rs.slice(0, FIELD_BYTES);
        ByteView s = rs.slice(FIELD_BYTES, FIELD_BYTES);
        return inRange(r) && inRange(s) && verify(key, message, encode(r, s));
    }

    /** Checks a signature in DER, as certificates carry it. */
    static boolean verifyDer(PublicKey key, ByteView message, ByteView der) {
        try {
            DerReader sequence = DerReader.of(der).sequence();
            ByteView r = fieldElement(sequence.positiveInteger());
            ByteView s = fieldElement(sequence.positiveInteger());
            sequence.end();
            return inRange(r) && inRange(s) && verify(key, message, encode(r, s));
        } catch (DerReader.MalformedDerException e) {
            return false;
        }
    }

    private static boolean inRange(ByteView scalar) {
        return scalar.length() == FIELD_BYTES && !scalar.isZero() && scalar.compareUnsigned(N) < 0;
    }

    private static ByteView fieldElement(ByteView magnitude) throws DerReader.MalformedDerException {
        if (magnitude.length() > FIELD_BYTES) {
            throw new DerReader.MalformedDerException("a number of more than 256 bits");
        }
        byte[] padded = new byte[FIELD_BYTES];
        magnitude.copyTo(padded, FIELD_BYTES - magnitude.length());
        return ByteView.wrap(padded);
    }

    private static boolean verify(PublicKey key, ByteView message, byte[] der) {
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            message.update(verifier);
            return verifier.verify(der);
        } catch (SignatureException e) {
            // Some providers throw where others answer no.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime does not verify ECDSA P-256 signatures", e);
        }
    }

    private static byte[] encode(ByteView r, ByteView s) {
        byte[] der = new byte[2 + 2 * (3 + FIELD_BYTES)];
        int end = encodeInteger(s, der, encodeInteger(r, der, 2));
        der[0] = DerReader.SEQUENCE;
        der[1] = (byte) (end - 2);
        return Arrays.copyOf(der, end);
    }

    private static int encodeInteger(ByteView value, byte[] der, int at) {
        int zeros = 0;
        while (value.unsignedAt(zeros) == 0) {
            zeros++;
        }
        int sign = value.unsignedAt(zeros) >= 0x80 ? 1 : 0;
        int length = FIELD_BYTES - zeros + sign;
        der[at] = DerReader.INTEGER;
        der[at + 1] = (byte) length;
        value.slice(zeros, FIELD_BYTES - zeros).copyTo(der, at + 2 + sign);
        return at + 2 + length;
    }
}
