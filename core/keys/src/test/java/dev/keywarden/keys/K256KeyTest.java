package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 8.7 and 15.2. */
final class K256KeyTest {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

    /** Recovers the compressed public key that made a signature. */
    private static String signer(Bytes signature, byte[] digest) {
        BigInteger r = new BigInteger(1, signature.slice(0, 32).toArray());
        BigInteger s = new BigInteger(1, signature.slice(32, 32).toArray());
        byte[] compressed = new byte[33];
        compressed[0] = (byte) (2 + signature.unsignedAt(64));
        System.arraycopy(signature.toArray(), 0, compressed, 1, 32);
        ECPoint point = CURVE.getCurve().decodePoint(compressed);
        BigInteger n = CURVE.getN();
        BigInteger inverse = r.modInverse(n);
        BigInteger e = new BigInteger(1, digest).negate().multiply(inverse).mod(n);
        Bytes key = Bytes.of(ECAlgorithms.sumOfTwoMultiplies(
                        CURVE.getG(), e, point, s.multiply(inverse).mod(n))
                .normalize()
                .getEncoded(true));
        return key.toHex();
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Section 15.2, published signature check. */
    @Test
    void framesMessagesAsThePublishedSignature() {
        byte[] digest = Keccak.digest256(
                ascii("dstack-env-encrypt-pubkey:"),
                Bytes.of(new byte[20]),
                Bytes.fromHex("e33a1832c6562067ff8f844a61e51ad051f1180b66ec2551fb0251735f3ee90a"));
        Bytes signature = Bytes.fromHex("8542c49081fbf4e03f62034f13fbf70630bdf256a53032e38465a27c36fd6bed"
                + "7a5e7111652004aef37f7fd92fbfc1285212c4ae6a6154203a48f5e16cad2cef00");
        assertThat(signer(signature, digest))
                .isEqualTo("0217610d74cbd39b6143842c6d8bc310d79da1d82cc9d17f8876376221eda0c38f");
    }

    @Test
    void signsThePublishedDigests() {
        K256Key root = PublishedKeys.k256("33".repeat(32));
        assertThat(root.publicKey().toHex())
                .isEqualTo("023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1");
        assertThat(root.sign(HexFormat.of()
                                .parseHex("509a151d812d5466f0f9bb152c9f4aad5edf55f77c519c76a419b886257214a4"))
                        .toHex())
                .isEqualTo("ae4f7b649b3e01d9afe5ea29312b55d8f92a564a2fa42352a893036b7e7f816b"
                        + "2a6898a58c659f13058f3c3ca92c001cf1727059f3c081f64579417904d036a701");
        assertThat(root.sign(HexFormat.of()
                                .parseHex("fef922e851b993efbe61e5b95011d09421ed0ac5dec46f6731491da5b03a0383"))
                        .toHex())
                .isEqualTo("9b98d8e10e6cf95167e838a70fb0651b4bb57359c326109a321a64a25f7bf902"
                        + "0fe34866354614b48aabd3159d9214af0db244db389e89a5e10c19a6e24a9f5501");
    }

    @Test
    void signaturesNameTheirSignerAndHaveALowS() {
        K256Key root = PublishedKeys.k256("33".repeat(32));
        BigInteger half = CURVE.getN().shiftRight(1);
        for (int i = 0; i < 200; i++) {
            byte[] digest = Sha256.of(new byte[] {(byte) i});
            Bytes signature = root.sign(digest);
            assertThat(signature.length()).isEqualTo(65);
            assertThat(signature.unsignedAt(64)).isLessThan(2);
            assertThat(new BigInteger(1, signature.slice(32, 32).toArray())).isLessThanOrEqualTo(half);
            assertThat(signer(signature, digest)).isEqualTo(root.publicKey().toHex());
        }
    }

    /** A digest at or above the group order is reduced, in the nonce as in the signature. */
    @Test
    void signsDigestsBeyondTheOrder() {
        K256Key root = PublishedKeys.k256("33".repeat(32));
        byte[] digest = HexFormat.of().parseHex("ff".repeat(32));
        assertThat(signer(root.sign(digest), digest)).isEqualTo(root.publicKey().toHex());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "33333333333333333333333333333333333333333333333333333333333333",
                "333333333333333333333333333333333333333333333333333333333333333333"
            })
    void refusesWhatIsNoScalar(String scalar) {
        assertThatThrownBy(() -> PublishedKeys.k256(scalar))
                .isInstanceOf(KeyException.class)
                .hasMessage("a secp256k1 private key must be 32 raw bytes in 1 to n-1; this has " + scalar.length() / 2
                        + " bytes");
    }

    @Test
    void printsItsPublicPartOnly() {
        assertThat(PublishedKeys.k256("33".repeat(32)).toString())
                .startsWith("K256Key[023c72addb")
                .doesNotContain("3333");
    }

    @Test
    void isUselessOnceClosed() {
        K256Key key = PublishedKeys.k256("33".repeat(32));
        key.close();
        assertThatThrownBy(() -> key.sign(new byte[32])).isInstanceOf(IllegalStateException.class);
    }
}
