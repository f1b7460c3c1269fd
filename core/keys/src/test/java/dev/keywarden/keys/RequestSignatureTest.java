package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.spi.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, section 5.6: who signed a signing request, with what the reference's guests signed. */
final class RequestSignatureTest {
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final JsonNode recording =
            ReferenceDirectory.json("signcert-v2-v1-appinfo.json").get(0);
    private final byte[] signed = HexFormat.of().parseHex(recording.get("csr").asText());
    private final byte[] signature =
            HexFormat.of().parseHex(recording.get("signature").asText());
    private final Bytes spki =
            P256Key.fromPem(recording.get("key_pem").asText()).spki();

    @ParameterizedTest
    @ValueSource(strings = {"signcert-v1.json", "signcert-v2-v1-appinfo.json"})
    void acceptsWhatTheReferencesGuestsSigned(String name) {
        JsonNode request = ReferenceDirectory.json(name).get(0);
        HexFormat hex = HexFormat.of();
        assertThatCode(() -> RequestSignature.require(
                        P256Key.fromPem(request.get("key_pem").asText()).spki(),
                        hex.parseHex(request.get("csr").asText()),
                        hex.parseHex(request.get("signature").asText())))
                .doesNotThrowAnyException();
    }

    @Test
    void acceptsTheOtherSignWithTheSameMeaning() throws Exception {
        ASN1Sequence parts = ASN1Sequence.getInstance(signature);
        BigInteger s = ASN1Integer.getInstance(parts.getObjectAt(1)).getValue();
        byte[] other = new DERSequence(new ASN1Encodable[] {parts.getObjectAt(0), new ASN1Integer(ORDER.subtract(s))})
                .getEncoded();
        assertThatCode(() -> RequestSignature.require(spki, signed, other)).doesNotThrowAnyException();
    }

    @Test
    void refusesAnotherMessage() {
        for (int at = 0; at < signed.length; at += 97) {
            byte[] other = signed.clone();
            other[at] ^= 1;
            refuses(spki, other, signature, "Invalid signature");
        }
        refuses(spki, new byte[0], signature, "Invalid signature");
    }

    @Test
    void refusesEveryOtherSignature() {
        for (int length = 0; length < signature.length; length++) {
            refuses(spki, signed, Arrays.copyOf(signature, length), "Invalid signature");
        }
        for (int at = 0; at < signature.length; at++) {
            byte[] other = signature.clone();
            other[at] ^= 1;
            refuses(spki, signed, other, "Invalid signature");
        }
        refuses(spki, signed, Arrays.copyOf(signature, signature.length + 1), "Invalid signature");
        // r = s = 0, and r = s = n.
        refuses(spki, signed, HexFormat.of().parseHex("3006020100020100"), "Invalid signature");
    }

    @Test
    void refusesAnotherKey() {
        refuses(PublishedKeys.p256("44".repeat(32)).spki(), signed, signature, "Invalid signature");
    }

    @Test
    void refusesKeysThatAreNoKeys() {
        refuses(Bytes.EMPTY, signed, signature, "Failed to parse pubkey: it is empty");
        for (int length = 1; length < spki.length(); length++) {
            refuses(spki.slice(0, length), signed, signature, "Failed to parse pubkey: it is not");
        }
        byte[] longer = Arrays.copyOf(spki.toArray(), spki.length() + 1);
        refuses(Bytes.of(longer), signed, signature, "Failed to parse pubkey: it is not");
        refuses(Bytes.of("030201".getBytes(StandardCharsets.US_ASCII)), signed, signature, "Failed to parse pubkey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed25519", "X25519"})
    void refusesKeysOfOtherKinds(String algorithm) throws Exception {
        PublicKey key =
                KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();
        refuses(Bytes.of(key.getEncoded()), signed, signature, "Unsupported algorithm");
    }

    @Test
    void refusesOtherCurvesWhateverTheySign() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        var pair = generator.generateKeyPair();
        Signature ecdsa = Signature.getInstance("SHA256withECDSA");
        ecdsa.initSign(pair.getPrivate());
        ecdsa.update(signed);
        refuses(Bytes.of(pair.getPublic().getEncoded()), signed, ecdsa.sign(), "Invalid signature");
    }

    @Test
    void refusesPointsThatAreNotOnTheCurveOrNotWrittenOut() throws Exception {
        byte[] off = spki.toArray();
        off[off.length - 1] ^= 1;
        refuses(Bytes.of(off), signed, signature, "Invalid signature");
        byte[] point =
                P256Key.fromPem(recording.get("key_pem").asText()).point().toArray();
        byte[] compressed = Arrays.copyOf(point, 33);
        compressed[0] = (byte) (2 + (point[64] & 1));
        SubjectPublicKeyInfo parsed = SubjectPublicKeyInfo.getInstance(spki.toArray());
        refuses(
                Bytes.of(new SubjectPublicKeyInfo(parsed.getAlgorithm(), compressed).getEncoded()),
                signed,
                signature,
                "Invalid signature");
        refuses(
                Bytes.of(new SubjectPublicKeyInfo(parsed.getAlgorithm(), new byte[] {0}).getEncoded()),
                signed,
                signature,
                "Invalid signature");
    }

    private static void refuses(Bytes key, byte[] message, byte[] by, String text) {
        assertThatThrownBy(() -> RequestSignature.require(key, message, by))
                .isInstanceOf(KeyException.class)
                .hasMessageStartingWith(text);
    }
}
