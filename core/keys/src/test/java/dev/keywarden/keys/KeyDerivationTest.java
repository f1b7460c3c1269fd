package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 8, 15.1 and 15.2, and the answers of the running reference. */
final class KeyDerivationTest {
    private static final String ROOT_PKCS8 =
            "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420f57527ce"
                    + "a4ab7ffb49af99b158cdc0e3ec06398f528349ea236b7d2afe19cec1a1440342000491f50522407ce29dce3ed7d31a15d80c1c42f13a2355"
                    + "2d2b33a0ce09ee11e47bce95936f3e7f80d195f879e28e1b144ef37ac9ab8e36a690cbf930b775897b27";
    private static final Bytes APP = Bytes.fromHex("11".repeat(20));
    private static final Bytes INSTANCE = Bytes.fromHex("22".repeat(20));

    private static RootKeys published() {
        return new RootKeys(
                P256Key.fromPkcs8(HexFormat.of().parseHex(ROOT_PKCS8)),
                K256Key.fromScalar(KeyMaterial.copyOf(HexFormat.of().parseHex("33".repeat(32)))),
                P256Key.fromPkcs8(HexFormat.of().parseHex(ROOT_PKCS8)));
    }

    private static String hex(KeyMaterial material) {
        return material.expose(bytes -> HexFormat.of().formatHex(bytes));
    }

    @Test
    void writesTheCanonicalPkcs8() {
        assertThat(hex(published().rootCa().pkcs8())).isEqualTo(ROOT_PKCS8);
    }

    @Test
    void derivesThePublishedChild() {
        Bytes info = Bytes.of("context onecontext two".getBytes(StandardCharsets.US_ASCII));
        P256Key child = published().rootCa().child(new PublicValues<>(), info);
        assertThat(hex(child.pkcs8())).contains("b60ac47b8fcfbdf96031b9e94f0b60cfe9de05eccb5a1dca41a26f757833c0e7");
    }

    @Test
    void derivesThePublishedKeySet() {
        KeyDerivation derivation = new KeyDerivation(published());
        for (int time = 0; time < 2; time++) { // the second time from known public values
            try (AppKeys keys = derivation.deriveApp(APP, INSTANCE)) {
                assertThat(hex(keys.diskCryptKey()))
                        .isEqualTo("a59c814e2c6d9353af59ce4fba7215e5ec3b62a2495b4dca48ea6f9804061f51");
                assertThat(hex(keys.envCryptKey()))
                        .isEqualTo("a7470db8cfdd0fe24134b461d60766afa7c078abe6dce9f2c8a5c44034ca400e");
                assertThat(hex(keys.k256Key()))
                        .isEqualTo("6a77df55522c222fcb593ca9bb0d96132429d99b5c078cd152f1c0367516d6fb");
                assertThat(keys.k256Signature().toHex())
                        .isEqualTo("ae4f7b649b3e01d9afe5ea29312b55d8f92a564a2fa42352a893036b7e7f816b"
                                + "2a6898a58c659f13058f3c3ca92c001cf1727059f3c081f64579417904d036a701");
            }
        }
        try (AppKeys keys = derivation.deriveApp(APP, Bytes.EMPTY)) {
            assertThat(hex(keys.diskCryptKey()))
                    .isEqualTo("14de7a7fd8bddf8e641a55ca97f043cac4344d175419f743940840f3a348f049");
        }
    }

    @Test
    void signsThePublishedEnvironmentKey() {
        EnvEncryptKey key = new KeyDerivation(published()).envEncryptKey(APP);
        assertThat(key.publicKey().toHex())
                .isEqualTo("93cf259f68b24775d54290a8ea57cf93efc994d3ff28a7b8ba7a39e9f512302f");
        assertThat(key.signature().toHex())
                .isEqualTo("dadea2fe766eb047ac31f23629d3943a4450eb15cdb1c6f2400173b502b09d48"
                        + "56e8efc7640b9422fda6a85234ad2603704c3d5c6c292c69b1851eaa02b51f6b00");
        assertThat(key.signatureV1(1700000000L).toHex())
                .isEqualTo("9b98d8e10e6cf95167e838a70fb0651b4bb57359c326109a321a64a25f7bf902"
                        + "0fe34866354614b48aabd3159d9214af0db244db389e89a5e10c19a6e24a9f5501");
    }

    @Test
    void derivesThePublishedAppCa() {
        try (P256Key key = new KeyDerivation(published()).appCaKey(APP)) {
            assertThat(key.point().toHex())
                    .isEqualTo("040526af58f573724a2933a2b53506caa20343e6b98573fd89e32eee820eb5958f"
                            + "e4797ce498fe8b86f114debf18daaf5e650ab48cec14927e95e71fac13af7697");
        }
    }

    @Test
    void bindsThePublishedBootstrapKeys() {
        RootKeys root = published();
        assertThat(root.k256().publicKey().toHex())
                .isEqualTo("023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1");
        assertThat(BootstrapReportData.of(root.rootCa().spki(), root.k256().publicKey())
                        .toHex())
                .isEqualTo("b91917c1f7ace0cc2ac44a6ae99187c6bcf7a0b9fe021c142c974940d516bdd1" + "00".repeat(32));
    }

    @Test
    void givesTheReferencesBytesFromItsDirectory(@TempDir Path folder) {
        StoredKeys keys = ReferenceDirectory.load(ReferenceDirectory.copyTo(folder));
        KeyDerivation derivation = new KeyDerivation(keys.rootKeys());
        for (JsonNode answer : ReferenceDirectory.json("appkeys-v0.json")) {
            JsonNode request = answer.get("request");
            JsonNode response = answer.get("response");
            try (AppKeys app = derivation.deriveApp(
                    Bytes.fromHex(request.get("app_id").asText()),
                    Bytes.fromHex(request.get("instance_id").asText()))) {
                assertThat(hex(app.diskCryptKey()))
                        .isEqualTo(response.get("disk_crypt_key").asText());
                assertThat(hex(app.envCryptKey()))
                        .isEqualTo(response.get("env_crypt_key").asText());
                assertThat(hex(app.k256Key()))
                        .isEqualTo(response.get("k256_key").asText());
                assertThat(app.k256Signature().toHex())
                        .isEqualTo(response.get("k256_signature").asText());
            }
            assertThat(keys.rootCaCertPem()).isEqualTo(response.get("ca_cert").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"envkeys.json", "envkeys-ts1.json", "envkeys-ts2.json"})
    void signsAsTheReferenceFromItsDirectory(String recording, @TempDir Path folder) {
        KeyDerivation derivation = new KeyDerivation(
                ReferenceDirectory.load(ReferenceDirectory.copyTo(folder)).rootKeys());
        JsonNode answers = ReferenceDirectory.json(recording);
        assertThat(answers).isNotEmpty();
        for (JsonNode answer : answers) {
            EnvEncryptKey key =
                    derivation.envEncryptKey(Bytes.fromHex(answer.get("app_id").asText()));
            JsonNode response = answer.get("response");
            assertThat(key.publicKey().toHex())
                    .isEqualTo(response.get("public_key").asText());
            assertThat(key.signature().toHex())
                    .isEqualTo(response.get("signature").asText());
            assertThat(key.signatureV1(response.get("timestamp").asLong()).toHex())
                    .isEqualTo(response.get("signature_v1").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 21, 40})
    void refusesIdsOfAnotherLength(int length) {
        KeyDerivation derivation = new KeyDerivation(published());
        Bytes id = Bytes.of(new byte[length]);
        assertThatThrownBy(() -> derivation.deriveApp(id, Bytes.EMPTY)).hasMessage("app_id must be 20 bytes");
        assertThatThrownBy(() -> derivation.envEncryptKey(id)).hasMessage("app_id must be 20 bytes");
        assertThatThrownBy(() -> derivation.appCaKey(id)).hasMessage("app_id must be 20 bytes");
        if (length > 0) {
            assertThatThrownBy(() -> derivation.deriveApp(APP, id)).hasMessage("instance_id must be 20 bytes or empty");
        }
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
    void refusesWhatIsNoSecp256k1Key(String scalar) {
        KeyMaterial material = KeyMaterial.copyOf(HexFormat.of().parseHex(scalar));
        assertThatThrownBy(() -> K256Key.fromScalar(material))
                .isInstanceOf(KeyException.class)
                .hasMessageStartingWith("a secp256k1 key must be 32 bytes in 1 to n-1");
    }

    @Test
    void refusesPkcs8ThatIsNotCanonical() {
        byte[] good = HexFormat.of().parseHex(ROOT_PKCS8);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            assertThatThrownBy(() -> P256Key.fromPkcs8(bad)).as("byte %d", i).isInstanceOf(KeyException.class);
        }
    }

    @Test
    void keyMaterialNeverPrintsItselfAndIsWiped() {
        byte[] canary = HexFormat.of().parseHex("c0ffee".repeat(10) + "c0ff");
        KeyMaterial material = KeyMaterial.copyOf(canary);
        assertThat(material).hasToString("KeyMaterial[32 bytes, redacted]");
        byte[][] seen = new byte[1][];
        material.expose(bytes -> seen[0] = bytes);
        material.close();
        assertThat(seen[0]).containsOnly(0);
        assertThatThrownBy(() -> material.expose(bytes -> bytes)).isInstanceOf(IllegalStateException.class);
        try (P256Key key = P256Key.fromScalar(KeyMaterial.copyOf(canary))) {
            assertThat(key.toString()).doesNotContain("c0ffee");
        }
        try (K256Key key = K256Key.fromScalar(KeyMaterial.copyOf(canary))) {
            assertThat(key.toString()).doesNotContain("c0ffee");
        }
    }
}
