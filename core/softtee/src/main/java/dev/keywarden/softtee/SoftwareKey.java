package dev.keywarden.softtee;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;

/**
 * A P-256 key that follows from a seed and a label, and signs deterministically (RFC 6979), so that one seed makes the
 * same evidence everywhere. It guards nothing: whoever knows the seed knows it.
 */
public final class SoftwareKey {
    /** Length of a seed in bytes. */
    public static final int SEED_BYTES = 32;

    private static final byte[] DOMAIN = "dstack-mock-p256-v1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SPKI_PREFIX =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    /** Domain parameters of P-256 (SEC 2, section 2.4.2). */
    private static final ECDomainParameters P256 = domain();

    private final BigInteger scalar;
    private final byte[] point;

    private SoftwareKey(BigInteger scalar) {
        this.scalar = scalar;
        byte[] encoded = P256.getG().multiply(scalar).normalize().getEncoded(false);
        this.point = Arrays.copyOfRange(encoded, 1, encoded.length);
    }

    /**
     * Derives a key by the rule of the reference's simulators: the scalar is SHA-256 over {@code "dstack-mock-p256-v1"},
     * seed, label and a counter in four bytes big-endian, for the first counter that gives a number from 1 to n-1.
     *
     * @param seed 32 bytes
     * @param label for example {@code tdx-root}
     */
    public static SoftwareKey derive(byte[] seed, String label) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
        }
        byte[] name = label.getBytes(StandardCharsets.UTF_8);
        for (int counter = 0; ; counter++) {
            MessageDigest digest = sha256();
            digest.update(DOMAIN);
            digest.update(seed);
            digest.update(name);
            digest.update(ByteBuffer.allocate(4).putInt(counter).array());
            BigInteger scalar = new BigInteger(1, digest.digest());
            if (scalar.signum() > 0 && scalar.compareTo(P256.getN()) < 0) {
                return new SoftwareKey(scalar);
            }
        }
    }

    /** The public point, X then Y, 64 bytes. */
    public byte[] point() {
        return point.clone();
    }

    /** The public key as DER SubjectPublicKeyInfo. */
    public byte[] publicKeyInfo() {
        byte[] info = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + point.length);
        System.arraycopy(point, 0, info, SPKI_PREFIX.length, point.length);
        return info;
    }

    /** ECDSA with SHA-256 as r then s, 64 bytes. */
    public byte[] sign(byte[] message) {
        BigInteger[] rs = signDigest(sha256().digest(message));
        byte[] raw = new byte[64];
        copyFixedWidth(rs[0], raw, 0);
        copyFixedWidth(rs[1], raw, 32);
        return raw;
    }

    /**
     * ECDSA over a digest, as a DER sequence of r and s.
     *
     * @param digest of any hash of at least 256 bits; its leftmost 256 bits are signed
     */
    byte[] signDer(byte[] digest) {
        BigInteger[] rs = signDigest(digest);
        ASN1EncodableVector sequence = new ASN1EncodableVector(2);
        sequence.add(new ASN1Integer(rs[0]));
        sequence.add(new ASN1Integer(rs[1]));
        return Der.encode(new DERSequence(sequence));
    }

    private BigInteger[] signDigest(byte[] digest) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(scalar, P256));
        return signer.generateSignature(digest);
    }

    private static void copyFixedWidth(BigInteger number, byte[] target, int at) {
        byte[] bytes = number.toByteArray();
        int skip = Math.max(0, bytes.length - 32);
        System.arraycopy(bytes, skip, target, at + 32 - (bytes.length - skip), bytes.length - skip);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The curve by its class and not by its name, which would load every curve there is. */
    private static ECDomainParameters domain() {
        ECCurve curve = new SecP256R1Curve();
        byte[] generator = HexFormat.of()
                .parseHex("04"
                        + "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                        + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        return new ECDomainParameters(curve, curve.decodePoint(generator), curve.getOrder(), curve.getCofactor());
    }
}
