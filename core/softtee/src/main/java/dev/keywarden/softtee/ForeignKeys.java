package dev.keywarden.softtee;

import java.math.BigInteger;
import java.util.HexFormat;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Public keys that no certificate of a PCK chain has, as DER SubjectPublicKeyInfo. */
final class ForeignKeys {
    /** The generator of P-384 (SEC 2, section 2.5.1), which is the key with the private half 1. */
    private static final String P384_GENERATOR = "04"
            + "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"
            + "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f";

    private ForeignKeys() {}

    static byte[] p384() {
        AlgorithmIdentifier algorithm =
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp384r1);
        return Der.encode(new SubjectPublicKeyInfo(algorithm, HexFormat.of().parseHex(P384_GENERATOR)));
    }

    /** A modulus of 2048 bits that nobody knows the factors of, since nobody made it of any. */
    static byte[] rsa() {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        BigInteger modulus = BigInteger.ONE.shiftLeft(2048).subtract(BigInteger.valueOf(1942289));
        byte[] key = Der.encode(new RSAPublicKey(modulus, BigInteger.valueOf(65537)));
        return Der.encode(new SubjectPublicKeyInfo(algorithm, key));
    }
}
