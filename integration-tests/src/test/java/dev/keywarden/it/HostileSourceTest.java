package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A source KMS that lies, hangs, floods or contradicts itself: the receiver stores nothing and says why. */
@Tag("blackbox")
final class HostileSourceTest {
    private static final CountDownLatch RELEASE = new CountDownLatch(1);
    private static final long DRIP_MILLIS = 200;

    /** A P-384 key made for this test alone. */
    private static final String P384 = """
            -----BEGIN PRIVATE KEY-----
            MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDDKRjnIAioZoPJxpyrZ
            gZ7uRK3HHudzQnbpHl0gn+KZfsWbjsaYRncLF/EhGy0LoY2hZANiAASdX6GwnLns
            Ji9N/wCuDq4hkvxqZ8XD0I1YnOrj6rz+zp4DBVG3s/+T+jZDMYQzFt369/fO6jZ3
            cWlHf5KGpy8Q90AvuZkYlEh9STULSOF077bECI08mOenEyffyP1bYfI=
            -----END PRIVATE KEY-----
            """;

    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode.Configuration configuration;
    private static TestNode receiver;
    private static SourceDouble source;

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        configuration =
                new TestNode.Configuration(directory).webhook(webhook.url()).onboard("source_timeout = \"2s\"");
        receiver = TestNode.start(configuration, "onboarding");
        source = new SourceDouble();
    }

    @AfterAll
    static void stop() {
        RELEASE.countDown();
        source.close();
        receiver.close();
        webhook.close();
    }

    private static RawTls.ClientIdentity attested() {
        return new Guest(Guest.APP_ID).identity(evidence -> evidence);
    }

    private static void refuses(SourceDouble.Behaviour behaviour, String... reasons) {
        source.behave(behaviour);
        OnboardClient.Answer answer = new OnboardClient(receiver.url()).onboard(source.url(), GatedNode.DOMAIN);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.error().toLowerCase(Locale.ROOT))
                .startsWith("failed to onboard: ")
                .contains(reasons);
        for (String name : new String[] {"root-ca.key", "root-k256.key", "bootstrap-info.json", ".commit"}) {
            assertThat(configuration.certDir().resolve(name)).doesNotExist();
        }
    }

    @TestFactory
    Stream<DynamicTest> refusesKeysThatAreNone() {
        return Stream.of(
                keys(
                        "two key sets",
                        body -> body.withArray("keys")
                                .add(body.withArray("keys").get(0).deepCopy()),
                        "invalid keys"),
                keys("no key set", body -> body.putArray("keys"), "invalid keys"),
                keys("no keys at all", ObjectNode::removeAll, "invalid keys"),
                keys("k256 zero", body -> set(body).put("k256_key", "00".repeat(32)), "failed to parse ecdsa key"),
                keys(
                        "k256 out of range",
                        body -> set(body).put("k256_key", "ff".repeat(32)),
                        "failed to parse ecdsa key"),
                keys(
                        "k256 of 31 bytes",
                        body -> set(body).put("k256_key", "11".repeat(31)),
                        "failed to parse ecdsa key"),
                keys(
                        "k256 of 33 bytes",
                        body -> set(body).put("k256_key", "11".repeat(33)),
                        "failed to parse ecdsa key"),
                keys("another k256 key", body -> set(body).put("k256_key", "11".repeat(32)), "another k256 public key"),
                keys(
                        "a CA key that does not parse",
                        body -> set(body).put("ca_key", "-----BEGIN"),
                        "failed to parse ca key"),
                keys("no CA key", body -> set(body).put("ca_key", ""), "failed to parse ca key"),
                keys("a CA key on another curve", body -> set(body).put("ca_key", P384), "failed to parse ca key"),
                keys(
                        "a CA key of another certificate",
                        body -> {
                            String own = body.get("temp_ca_key").asText();
                            body.put("temp_ca_key", set(body).get("ca_key").asText());
                            set(body).put("ca_key", own);
                        },
                        "ca certificate does not match private key"),
                keys("no temporary CA key", body -> body.put("temp_ca_key", ""), "failed to parse tmp ca key"),
                keys(
                        "one key for both",
                        body -> body.set("temp_ca_key", set(body).get("ca_key")),
                        "are the same"));
    }

    private static ObjectNode set(ObjectNode body) {
        return (ObjectNode) body.withArray("keys").get(0);
    }

    private static DynamicTest keys(String name, Consumer<ObjectNode> change, String reason) {
        return changed("GetKmsKey", name, change, reason);
    }

    @TestFactory
    Stream<DynamicTest> refusesWhatContradictsTheKeys() {
        return Stream.of(
                changed("GetMeta", "no CA", body -> body.put("ca_cert", ""), ""),
                changed("GetMeta", "no public key", body -> body.put("k256_pubkey", ""), "another k256 public key"),
                changed(
                        "GetMeta",
                        "another CA",
                        body -> body.set(
                                "ca_cert", SourceDouble.answer("GetTempCaCert").get("temp_ca_cert")),
                        "ca certificate does not match private key"),
                changed(
                        "GetTempCaCert",
                        "another CA",
                        body -> body.set("ca_cert", body.get("temp_ca_cert")),
                        "ca certificate does not match private key"),
                changed(
                        "GetTempCaCert",
                        "a temporary key of another certificate",
                        body -> body.put(
                                "temp_ca_key",
                                SourceDouble.answer("GetKmsKey")
                                        .at("/keys/0/ca_key")
                                        .asText()),
                        "ca certificate does not match private key"),
                changed("GetTempCaCert", "no temporary key", body -> body.put("temp_ca_key", ""), ""));
    }

    private static DynamicTest changed(String method, String name, Consumer<ObjectNode> change, String reason) {
        return DynamicTest.dynamicTest(method + ": " + name, () -> {
            source.showing(attested());
            refuses(
                    (asked, exchange) -> {
                        ObjectNode body = SourceDouble.answer(asked);
                        if (asked.equals(method)) {
                            change.accept(body);
                        }
                        SourceDouble.send(exchange, 200, body.toString());
                    },
                    reason);
        });
    }

    /** What a wire can do, to each of the three calls. */
    private interface Misbehaviour {
        void inflict(HttpExchange exchange) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> survivesASourceThatMisbehaves() {
        return Stream.of("GetTempCaCert", "GetMeta", "GetKmsKey")
                .flatMap(method -> Stream.of(
                        wire(method, "answers 500", exchange -> SourceDouble.send(exchange, 500, ""), "status=500"),
                        wire(method, "redirects", HostileSourceTest::redirect, "status=302"),
                        wire(
                                method,
                                "answers HTML",
                                exchange -> SourceDouble.send(exchange, 200, "<p>hi"),
                                "failed to deserialize response: "),
                        wire(method, "answers 1 GiB", HostileSourceTest::flood, "is longer than 16777216 bytes"),
                        wire(method, "hangs", exchange -> await(), "did not answer within 2000 ms"),
                        wire(method, "drips", HostileSourceTest::drip, "did not answer within 2000 ms"),
                        wire(method, "closes halfway", HostileSourceTest::closeHalfway, "failed to send request")));
    }

    private static DynamicTest wire(String method, String name, Misbehaviour misbehaviour, String reason) {
        return DynamicTest.dynamicTest(method + " " + name, () -> {
            source.showing(attested());
            long start = System.nanoTime();
            refuses(
                    (asked, exchange) -> {
                        if (asked.equals(method)) {
                            misbehaviour.inflict(exchange);
                        } else {
                            SourceDouble.honest(asked, exchange);
                        }
                    },
                    reason);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        });
    }

    private static void redirect(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Location", source.url() + "/prpc/GetMeta");
        exchange.sendResponseHeaders(302, -1);
    }

    private static void flood(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1L << 30);
        byte[] block = new byte[1 << 20];
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 1 << 10; i++) {
                out.write(block);
            }
        }
    }

    private static void await() {
        try {
            RELEASE.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drip(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1000);
        OutputStream out = exchange.getResponseBody();
        try {
            while (!RELEASE.await(DRIP_MILLIS, TimeUnit.MILLISECONDS)) {
                out.write(' ');
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeHalfway(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write('{');
        exchange.close();
    }

    @Test
    void defect35SaysThatItIsTheSourceWhoseEvidenceIsMissing() {
        source.showing(recorded("none"));
        refuses(
                SourceDouble::honest,
                "failed to validate attestation: source kms certificate does not contain attestation");
        assertThat(source.asked()).containsExactly("GetTempCaCert");
    }

    @Test
    void refusesEvidenceOfAnotherKey() {
        Bytes stolen = Bytes.of(stolenEvidence());
        source.showing(new Guest(Guest.APP_ID).identity(own -> stolen));
        refuses(SourceDouble::honest, "failed to validate attestation: invalid quote: report data mismatch");
        assertThat(source.asked()).containsExactly("GetTempCaCert");
    }

    @Test
    void refusesEvidenceThatHasExpired() {
        source.showing(new Guest(Guest.APP_ID).expired());
        refuses(SourceDouble::honest, "failed to validate attestation: invalid quote: ", "expired");
        assertThat(source.asked()).containsExactly("GetTempCaCert");
    }

    /** What another machine once showed in its own name, to the byte, by somebody who has not its key. */
    @Test
    void refusesEvidenceThatIsReplayed() {
        Guest replaying = new Guest(Guest.APP_ID);
        Bytes recorded = RaTlsExtensions.read(
                        RawTls.ClientIdentity.ofReference().chain().getFirst())
                .attestation()
                .map(EnvelopeCodec::encode)
                .orElseThrow();
        source.showing(replaying.identity(own -> recorded));
        refuses(SourceDouble::honest, "failed to validate attestation: invalid quote: report data mismatch");
        assertThat(source.asked()).containsExactly("GetTempCaCert");
    }

    @Test
    void refusesEvidenceThatWasChanged() {
        source.showing(new Guest(Guest.APP_ID).identity(own -> {
            byte[] changed = own.toArray();
            changed[300] ^= 1;
            return Bytes.of(changed);
        }));
        refuses(SourceDouble::honest, "failed to validate attestation: invalid quote: ");
        assertThat(source.asked()).containsExactly("GetTempCaCert");
    }

    @Test
    void refusesASourceThatTheChainDenies() {
        source.showing(attested());
        webhook.behave(WebhookDouble.Behaviour.denyingKms("not that one"));
        try {
            refuses(SourceDouble::honest, "source kms is not allowed for onboarding: boot denied: not that one");
            assertThat(source.asked()).containsExactly("GetTempCaCert");
        } finally {
            webhook.behave(WebhookDouble.Behaviour.allowAll());
        }
    }

    /** Section 14, defect 25: somebody else answers the second connection. */
    @Test
    void defect25AsksForKeysOnlyTheMachineThatWasAttested() {
        source.showing(attested(), attested());
        refuses(SourceDouble::honest, "it shows another key than the server that was attested");
        assertThat(source.asked()).containsExactly("GetTempCaCert");
    }

    /** The sound source that all others differ from in one thing. */
    @Test
    void takesKeysFromASourceThatIsSound(@TempDir Path other) throws IOException {
        source.showing(attested()).behave(SourceDouble::honest);
        TestNode.Configuration second = new TestNode.Configuration(other).webhook(webhook.url());
        try (TestNode node = TestNode.start(second, "onboarding")) {
            OnboardClient.Answer answer =
                    new OnboardClient(node.url()).onboard(source.url() + "/prpc/", GatedNode.DOMAIN);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().get("k256_pubkey")).isEqualTo(Recordings.META.get("k256_pubkey"));
            assertThat(source.asked()).containsExactly("GetTempCaCert", "GetMeta", "GetKmsKey");
        }
        for (String name : new String[] {"root-ca.key", "root-k256.key", "tmp-ca.key"}) {
            assertThat(second.certDir().resolve(name))
                    .hasSameBinaryContentAs(Recordings.ROOT.resolve("keys-r2").resolve(name));
        }
        assertThat(Files.exists(second.certDir().resolve("bootstrap-info.json")))
                .isFalse();
    }

    private static byte[] stolenEvidence() {
        return EnvelopeCodec.encode(new Guest(Guest.APP_ID).evidence().stripped())
                .toArray();
    }

    private static RawTls.ClientIdentity recorded(String name) {
        return RawTls.ClientIdentity.recorded(name).orElseThrow();
    }
}
