package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a deployer does with the ecosystem's packages: check that an environment key is this KMS's, encrypt to it; and the app,
 * with the key released to it, reads what was encrypted.
 */
@Tag("blackbox")
final class ForeignClientsTest {
    private static final String SECRET = "correct horse battery staple, \u00fcberall";
    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    @TempDir
    private static Path home;

    private static WebhookDouble webhook;
    private static TestNode node;

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        TestNode.Configuration configuration =
                new TestNode.Configuration(home).webhook(webhook.url()).autoBootstrap();
        Recordings.copyKeys(configuration.certDir());
        node = TestNode.start(configuration, "serving");
    }

    @AfterAll
    static void stop() {
        node.close();
        webhook.close();
    }

    @Test
    void npmPackageTrustsTheKeyAndTheAppReadsWhatItEncrypts() throws Exception {
        accepts(ForeignClients::npm);
    }

    @Test
    void pythonPackageTrustsTheKeyAndTheAppReadsWhatItEncrypts() throws Exception {
        accepts(ForeignClients::python);
    }

    private static void accepts(UnaryOperator<JsonNode> client) throws Exception {
        ObjectNode key = envKey();
        key.put("app_id", Guest.APP_ID.toHex()).put("secret", SECRET);
        JsonNode seen = client.apply(key);
        String kms = "0x" + Recordings.META.get("k256_pubkey").asText();
        assertThat(seen.get("signer").asText()).isEqualTo(kms);
        assertThat(seen.get("legacySigner").asText()).isEqualTo(kms);
        assertThat(decrypted(seen.get("encrypted").asText()).at("/env/0/value").asText())
                .isEqualTo(SECRET);

        key.put("timestamp", key.get("timestamp").asLong() - 1);
        assertThat(client.apply(key).get("signer").asText()).isNotEqualTo(kms);
    }

    private static ObjectNode envKey() throws Exception {
        String request = "GET /prpc/GetAppEnvEncryptPubKey?app_id=" + Guest.APP_ID.toHex()
                + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        RawTls.Response response = RawTls.exchange(
                node.port(), request.getBytes(StandardCharsets.US_ASCII), null, "TLSv1.3", List.of("http/1.1"), false);
        return (ObjectNode) Recordings.json(new String(response.body(), StandardCharsets.UTF_8));
    }

    /** As the guest does: X25519 with the released key, then AES-256-GCM under the shared secret. */
    private static JsonNode decrypted(String hex) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        byte[] ephemeral = new byte[KEY_BYTES];
        byte[] iv = new byte[IV_BYTES];
        in.get(ephemeral).get(iv);
        byte[] sealed = new byte[in.remaining()];
        in.get(sealed);

        byte[] released =
                new Guest(Guest.APP_ID).takeKeys(node.url()).getEnvCryptKey().toByteArray();
        KeyFactory x25519 = KeyFactory.getInstance("X25519");
        PrivateKey own = x25519.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, released));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        agreement.doPhase(
                x25519.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, littleEndian(ephemeral))), true);
        Cipher aes = Cipher.getInstance("AES/GCM/NoPadding");
        aes.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(agreement.generateSecret(), "AES"),
                new GCMParameterSpec(TAG_BITS, iv));
        return Recordings.json(new String(aes.doFinal(sealed), StandardCharsets.UTF_8));
    }

    private static BigInteger littleEndian(byte[] bytes) {
        byte[] reversed = Arrays.copyOf(bytes, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }
}
