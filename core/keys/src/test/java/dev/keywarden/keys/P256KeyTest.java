package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 8.2, 8.3 and 15.1. */
final class P256KeyTest {
    private static final byte[] ROOT = HexFormat.of().parseHex(PublishedKeys.ROOT_PKCS8);

    @Test
    void writesTheCanonicalPkcs8() {
        assertThat(PublishedKeys.hex(
                        PublishedKeys.p256(PublishedKeys.ROOT_SCALAR).pkcs8()))
                .isEqualTo(PublishedKeys.ROOT_PKCS8);
    }

    @Test
    void writesThePublishedPublicKey() {
        assertThat(P256Key.fromPkcs8(ROOT).spki().toHex())
                .isEqualTo("3059301306072a8648ce3d020106082a8648ce3d030107034200" + PublishedKeys.ROOT_POINT);
    }

    @Test
    void derivesThePublishedChild() {
        Bytes info = Bytes.of("context onecontext two".getBytes(StandardCharsets.US_ASCII));
        P256Key child = P256Key.fromPkcs8(ROOT).child(info);
        assertThat(PublishedKeys.hex(child.scalar()))
                .isEqualTo("b60ac47b8fcfbdf96031b9e94f0b60cfe9de05eccb5a1dca41a26f757833c0e7");
        assertThat(HexFormat.of().formatHex(child.pkcs8().expose(Sha256::of)))
                .isEqualTo("663afd58820be8ad645f9c035e93199d114ab16f738db62393bc1d7d623e8813");
    }

    @Test
    void readsAndWritesTheReferencesPem() {
        for (String name : new String[] {"root-ca.key", "tmp-ca.key", "rpc.key"}) {
            byte[] text = ReferenceDirectory.bytes("keys-r2/" + name);
            P256Key key = P256Key.fromPem(new String(text, StandardCharsets.US_ASCII));
            assertThat(key.pem().<byte[]>expose(byte[]::clone)).as(name).isEqualTo(text);
        }
    }

    @Test
    void refusesPkcs8WithAnyBitFlippedAndLeaksNoneOfIt() {
        for (int bit = 0; bit < ROOT.length * 8; bit++) {
            byte[] bad = ROOT.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> P256Key.fromPkcs8(bad))
                    .as("bit %d", bit)
                    .isInstanceOf(KeyException.class)
                    .hasMessageNotContainingAny("f57527", "91f505");
        }
    }

    @Test
    void refusesPkcs8OfAnyOtherLength() {
        for (int length = 0; length < ROOT.length; length++) {
            byte[] truncated = Arrays.copyOf(ROOT, length);
            assertThatThrownBy(() -> P256Key.fromPkcs8(truncated)).isInstanceOf(KeyException.class);
        }
        assertThatThrownBy(() -> P256Key.fromPkcs8(Arrays.copyOf(ROOT, ROOT.length + 1)))
                .hasMessage("not a P-256 key in PKCS#8 with its public key inside");
    }

    @Test
    void refusesThePublicKeyOfAnotherKey() {
        byte[] mixed = ROOT.clone();
        byte[] other = PublishedKeys.p256("44".repeat(32)).pkcs8().expose(byte[]::clone);
        System.arraycopy(other, 73, mixed, 73, 65);
        assertThatThrownBy(() -> P256Key.fromPkcs8(mixed))
                .isInstanceOf(KeyException.class)
                .hasMessage("the public key inside is not that of the private key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
                "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "33333333333333333333333333333333333333333333333333333333333333",
                "333333333333333333333333333333333333333333333333333333333333333333"
            })
    void refusesWhatIsNoScalar(String scalar) {
        assertThatThrownBy(() -> PublishedKeys.p256(scalar))
                .isInstanceOf(KeyException.class)
                .hasMessage("a P-256 private key must be 32 bytes in 1 to n-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000001",
                "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
            })
    void takesTheFirstAndTheLastScalar(String scalar) {
        assertThat(PublishedKeys.p256(scalar).point().toHex()).startsWith("046b17d1f2e12c4247f8bce6e563a440f2");
    }

    @Test
    void throwsAwayRandomBytesThatAreNoScalar() {
        SecureRandom stubborn = new SecureRandom() {
            private static final long serialVersionUID = 1L;
            private int calls;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, calls++ < 2 ? (byte) 0xFF : 7);
            }
        };
        assertThat(PublishedKeys.hex(P256Key.generate(stubborn).scalar())).isEqualTo("07".repeat(32));
    }

    @Test
    void signsWhatTheJdkVerifies() throws Exception {
        P256Key key = P256Key.fromPkcs8(ROOT);
        byte[] message = "message".getBytes(StandardCharsets.US_ASCII);
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(key.spki().toArray())));
        verifier.update(message);
        assertThat(verifier.verify(key.sign(message))).isTrue();
    }

    @Test
    void isUselessOnceClosed() {
        P256Key key = P256Key.fromPkcs8(ROOT);
        key.close();
        assertThatThrownBy(key::pkcs8).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> key.sign(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> key.child(Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void printsItsPublicPartOnly() {
        assertThat(P256Key.fromPkcs8(ROOT))
                .hasToString("P256Key[" + PublishedKeys.ROOT_POINT + ", private part redacted]");
    }
}
