package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.rpc.proto.AppKeyResponse;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known keys are looked for in everything that a node prints, writes and answers, and that must not hold them. */
@Tag("blackbox")
final class KeyCanaryTest {
    private static final Duration END = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    @Test
    void aWholeRunLeavesNoKeyBehind() throws IOException {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration = new TestNode.Configuration(home)
                    .webhook(webhook.url())
                    .autoBootstrap()
                    .loggingEverything();
            Recordings.copyKeys(configuration.certDir());
            Canaries canaries = Canaries.ofDirectory(configuration.certDir());
            List<String> answers = new ArrayList<>();
            KeywardenProcess process;
            try (TestNode node = TestNode.start(configuration, "serving")) {
                process = node.process();
                AppKeyResponse released = new Guest(Guest.APP_ID).takeKeys(node.url());
                canaries.add("disk_crypt_key", released.getDiskCryptKey().toByteArray());
                canaries.add("env_crypt_key", released.getEnvCryptKey().toByteArray());
                canaries.add("k256_key", released.getK256Key().toByteArray());
                answers.addAll(answersWithoutKeys(node));
                webhook.behave(WebhookDouble.Behaviour.denyingKms("no"));
                answers.addAll(answersWithoutKeys(node));
            }
            assertThat(answers).hasSizeGreaterThan(20).allSatisfy(answer -> assertThat(canaries.findIn(answer))
                    .as(answer)
                    .isEmpty());
            assertThat(canaries.findIn(process.printed())).as(process.printed()).isEmpty();
            assertThat(webhook.questions()).isNotEmpty().allSatisfy(question -> assertThat(
                            canaries.findIn(question.toString()))
                    .isEmpty());
            assertThat(filesOutside(configuration.certDir())).isNotEmpty().allSatisfy(file -> assertThat(
                            canaries.findIn(file))
                    .as(file.toString())
                    .isEmpty());
        }
    }

    /** What a file is unfit for must be said without a piece of it. */
    @ParameterizedTest
    @ValueSource(strings = {"root-ca.key", "root-k256.key", "rpc.key"})
    void aBrokenKeyFileIsNotQuoted(String name) throws IOException {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration =
                    new TestNode.Configuration(home).webhook(webhook.url()).loggingEverything();
            Recordings.copyKeys(configuration.certDir());
            Canaries canaries = Canaries.ofDirectory(configuration.certDir());
            Files.write(configuration.certDir().resolve(name), new byte[] {'x'}, StandardOpenOption.APPEND);
            try (KeywardenProcess node = TestNode.launch(configuration)) {
                if (!name.equals("rpc.key")) {
                    assertThat(node.awaitEnd(END)).as(node.printed()).isEqualTo(1);
                    assertThat(node.err()).contains(name);
                } else {
                    node.awaitLine(line -> line.contains("\"state\":\"serving\""), END);
                }
                assertThat(canaries.findIn(node.printed())).as(node.printed()).isEmpty();
            }
        }
    }

    @Test
    void aKeyIsFoundHoweverItIsWritten() throws IOException {
        Path keys = Recordings.copyKeys(home.resolve("keys"));
        Canaries canaries = Canaries.ofDirectory(keys);
        assertThat(canaries.findIn(keys.resolve("root-k256.key"))).contains("root-k256.key");
        assertThat(canaries.findIn(keys.resolve("root-ca.key"))).contains("root-ca.key");
        assertThat(canaries.findIn(keys.resolve("rpc.key"))).contains("rpc.key");
        assertThat(canaries.findIn(keys.resolve("root-ca.crt"))).isEmpty();
        byte[] key = Files.readAllBytes(keys.resolve("root-k256.key"));
        for (int shift = 0; shift < 3; shift++) {
            byte[] among = new byte[shift + key.length + 5];
            System.arraycopy(key, 0, among, shift, key.length);
            assertThat(canaries.findIn(Base64.getMimeEncoder().encodeToString(among)))
                    .contains("root-k256.key");
            assertThat(canaries.findIn(Base64.getUrlEncoder().encodeToString(among)))
                    .contains("root-k256.key");
        }
        assertThat(canaries.findIn("k256=" + HexFormat.of().withUpperCase().formatHex(key)))
                .contains("root-k256.key");
        assertThat(canaries.findIn(Arrays.toString(key))).contains("root-k256.key");
        assertThat(canaries.findIn(new BigInteger(1, key).toString())).contains("root-k256.key");
    }

    /** Every method with and without evidence, right and wrong; but GetAppKey and GetKmsKey never such that keys come. */
    private static List<String> answersWithoutKeys(TestNode node) throws IOException {
        List<String> answers = new ArrayList<>();
        for (RawTls.ClientIdentity identity :
                new RawTls.ClientIdentity[] {null, new Guest(Guest.APP_ID).identity(evidence -> evidence)}) {
            for (String call : List.of(
                    "GetMeta",
                    "GetTempCaCert",
                    "GetAppEnvEncryptPubKey?app_id=" + Guest.APP_ID.toHex(),
                    "GetAppEnvEncryptPubKey?app_id=1",
                    "GetAppKey?api_version=9",
                    "GetAppKey?vm_config=%7B",
                    "GetKmsKey?vm_config=%7B",
                    "SignCert?api_version=2&csr=00&signature=00",
                    "Nonsense",
                    "../certs/root-k256.key")) {
                byte[] request = ("GET /prpc/" + call + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                RawTls.Response response =
                        RawTls.exchange(node.port(), request, identity, "TLSv1.3", List.of("http/1.1"), false);
                answers.add(response.head() + "\n" + new String(response.body(), StandardCharsets.ISO_8859_1));
            }
        }
        return answers;
    }

    private List<Path> filesOutside(Path keys) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(file -> Files.isRegularFile(file) && !file.startsWith(keys))
                    .toList();
        }
    }
}
