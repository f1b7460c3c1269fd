package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys by the rule of the reference's simulators; {@code pki-keys.json} is a recording of theirs. */
class SoftwareKeyTest {
    private static final byte[] MESSAGE = "sample".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(strings = {"tdx-root", "tdx-pck-ca", "tdx-pck", "tdx-tcb", "tdx-qe"})
    void derivesTheKeysOfTheReferencesSimulators(String label) throws Exception {
        SoftwareKey key = SoftwareKey.derive(Forgery.SEED, label);

        assertThat(HexFormat.of().formatHex(key.publicKeyInfo())).isEqualTo(recorded(label));
        assertThat(HexFormat.of().formatHex(key.point()))
                .isEqualTo(recorded(label).substring(54));
    }

    @Test
    void signsSoThatTheJdkVerifies() throws Exception {
        SoftwareKey key = SoftwareKey.derive(Forgery.SEED, "tdx-qe");
        Signature raw = Signature.getInstance("SHA256withECDSAinP1363Format");
        raw.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.publicKeyInfo())));
        for (int round = 0; round < 300; round++) {
            byte[] message = {(byte) round, (byte) (round >> 8)};
            raw.update(message);
            assertThat(raw.verify(key.sign(message))).isTrue();
        }
    }

    @Test
    void signsTheSameEachTime() {
        SoftwareKey key = SoftwareKey.derive(Forgery.SEED, "tdx-qe");

        assertThat(key.sign(MESSAGE)).isEqualTo(key.sign(MESSAGE)).hasSize(64);
        assertThat(SoftwareKey.derive(Forgery.SEED, "tdx-pck").sign(MESSAGE)).isNotEqualTo(key.sign(MESSAGE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void refusesASeedOfAnotherLength(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> SoftwareKey.derive(new byte[length], "tdx-root"));
    }

    private static String recorded(String label) throws IOException {
        try (InputStream in = Objects.requireNonNull(SoftwareKeyTest.class.getResourceAsStream("pki-keys.json"))) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Matcher key = Pattern.compile('"' + label + "\": \\{[^}]*\"spki\": \"([0-9a-f]+)\"")
                    .matcher(json);
            assertThat(key.find()).isTrue();
            return key.group(1);
        }
    }
}
