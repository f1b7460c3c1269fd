package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.spi.Bytes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 8, 15.1 and 15.2, and the answers of the running reference. */
final class KeyDerivationTest {
    private static final Bytes APP = PublishedKeys.APP;
    private static final Bytes INSTANCE = PublishedKeys.INSTANCE;

    private static String hex(KeyMaterial material) {
        return PublishedKeys.hex(material);
    }

    @Test
    void defect17DerivesThePublishedKeySet() {
        KeyDerivation derivation = new KeyDerivation(PublishedKeys.roots());
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
        EnvEncryptKey key = new KeyDerivation(PublishedKeys.roots()).envEncryptKey(APP);
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
        try (P256Key key = new KeyDerivation(PublishedKeys.roots()).appCaKey(APP)) {
            assertThat(hex(key.scalar())).isEqualTo("5b779e0a9fe80b2e5866d94958daa1a4e29a183228b3f37acd7eae153e18a75f");
            assertThat(key.point().toHex())
                    .isEqualTo("040526af58f573724a2933a2b53506caa20343e6b98573fd89e32eee820eb5958f"
                            + "e4797ce498fe8b86f114debf18daaf5e650ab48cec14927e95e71fac13af7697");
        }
    }

    @Test
    void derivesThePublishedPublicKeyOfTheApp() {
        try (AppKeys keys = new KeyDerivation(PublishedKeys.roots()).deriveApp(APP, INSTANCE)) {
            assertThat(keys.k256Key().expose(K256Key::publicKeyOf).toHex())
                    .isEqualTo("020c2dcdad90f826dbecdfd98fd609f7aed327b44e3020b19613e53151894ed3be");
        }
    }

    /** Section 8.6: without framing these two would share a disk key, which is why lengths are enforced. */
    @Test
    void concatenatesContextWithoutFraming() {
        Bytes joined = Bytes.fromHex(APP.toHex() + INSTANCE.toHex());
        assertThatThrownBy(() -> new KeyDerivation(PublishedKeys.roots()).deriveApp(joined, Bytes.EMPTY))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void givesEveryInstanceADiskKeyOfItsOwnAndTheAppOneOfEachOther() {
        KeyDerivation derivation = new KeyDerivation(PublishedKeys.roots());
        try (AppKeys one = derivation.deriveApp(APP, INSTANCE);
                AppKeys other = derivation.deriveApp(APP, APP);
                AppKeys foreign = derivation.deriveApp(INSTANCE, INSTANCE)) {
            assertThat(KeyMaterial.allDiffer(one.diskCryptKey(), other.diskCryptKey(), foreign.diskCryptKey()))
                    .isTrue();
            assertThat(one.envCryptKey().sameAs(other.envCryptKey())).isTrue();
            assertThat(one.k256Key().sameAs(other.k256Key())).isTrue();
            assertThat(KeyMaterial.allDiffer(one.envCryptKey(), foreign.envCryptKey()))
                    .isTrue();
            assertThat(KeyMaterial.allDiffer(one.k256Key(), foreign.k256Key())).isTrue();
        }
    }

    @Test
    void derivesNothingFromRootsThatAreClosed() {
        RootKeys roots = PublishedKeys.roots();
        KeyDerivation derivation = new KeyDerivation(roots);
        derivation.deriveApp(APP, INSTANCE).close();
        EnvEncryptKey env = derivation.envEncryptKey(APP);
        roots.close();
        assertThatThrownBy(() -> derivation.deriveApp(APP, INSTANCE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> derivation.appCaKey(APP)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> env.signatureV1(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void wipesWhatItHandsOutWhenThatIsClosed() {
        AppKeys keys = new KeyDerivation(PublishedKeys.roots()).deriveApp(APP, INSTANCE);
        keys.close();
        for (KeyMaterial key : List.of(keys.diskCryptKey(), keys.envCryptKey(), keys.k256Key())) {
            assertThatThrownBy(() -> key.expose(bytes -> bytes)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void bindsThePublishedBootstrapKeys() {
        RootKeys root = PublishedKeys.roots();
        assertThat(root.k256().publicKey().toHex())
                .isEqualTo("023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1");
        assertThat(BootstrapReportData.of(root.rootCa().spki(), root.k256().publicKey())
                        .toHex())
                .isEqualTo("b91917c1f7ace0cc2ac44a6ae99187c6bcf7a0b9fe021c142c974940d516bdd1" + "00".repeat(32));
    }

    @Test
    void givesTheReferencesBytesFromItsDirectory(@TempDir Path folder) {
        StoredKeys keys = ReferenceDirectory.load(ReferenceDirectory.copyTo(folder));
        requireRecordedAppKeys(keys.rootKeys(), "appkeys-v0.json");
        assertThat(ReferenceDirectory.json("appkeys-v0.json")).allSatisfy(answer -> assertThat(keys.rootCaCertPem())
                .isEqualTo(answer.get("response").get("ca_cert").asText()));
        JsonNode handedOver = ReferenceDirectory.json("kmskey.json").get(0);
        assertThat(keys.tempCaKeyPem()).isEqualTo(handedOver.get("temp_ca_key").asText());
    }

    @Test
    void givesTheFirstReferencesBytesFromTheKeysItHandedOver() {
        RootKeys keys = handedOver("r1/kmskey.json");
        requireRecordedAppKeys(keys, "r1/appkeys-v0.json");
        requireRecordedEnvKeys(keys, "r1/envkeys.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"envkeys.json", "envkeys-ts1.json", "envkeys-ts2.json", "envkeys-ts3.json"})
    void signsAsTheReferenceFromItsDirectory(String recording, @TempDir Path folder) {
        requireRecordedEnvKeys(
                ReferenceDirectory.load(ReferenceDirectory.copyTo(folder)).rootKeys(), recording);
    }

    private static RootKeys handedOver(String recording) {
        JsonNode answer = ReferenceDirectory.json(recording).get(0);
        JsonNode roots = answer.get("keys").get(0);
        return new RootKeys(
                P256Key.fromPem(roots.get("ca_key").asText()),
                PublishedKeys.k256(roots.get("k256_key").asText()),
                P256Key.fromPem(answer.get("temp_ca_key").asText()));
    }

    private static void requireRecordedAppKeys(RootKeys roots, String recording) {
        KeyDerivation derivation = new KeyDerivation(roots);
        JsonNode answers = ReferenceDirectory.json(recording);
        assertThat(answers).isNotEmpty();
        for (JsonNode answer : answers) {
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
        }
    }

    private static void requireRecordedEnvKeys(RootKeys roots, String recording) {
        KeyDerivation derivation = new KeyDerivation(roots);
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
    void defect20RefusesIdsOfAnotherLength(int length) {
        KeyDerivation derivation = new KeyDerivation(PublishedKeys.roots());
        Bytes id = Bytes.of(new byte[length]);
        assertThatThrownBy(() -> derivation.deriveApp(id, Bytes.EMPTY)).hasMessage("app_id must be 20 bytes");
        assertThatThrownBy(() -> derivation.envEncryptKey(id)).hasMessage("app_id must be 20 bytes");
        assertThatThrownBy(() -> derivation.appCaKey(id)).hasMessage("app_id must be 20 bytes");
        if (length > 0) {
            assertThatThrownBy(() -> derivation.deriveApp(APP, id)).hasMessage("instance_id must be 20 bytes or empty");
        }
    }
}
