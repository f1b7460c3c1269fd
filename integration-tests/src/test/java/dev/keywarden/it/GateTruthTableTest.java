package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import dev.keywarden.attestation.RequestedCertificate;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.attestation.SigningRequestCodec;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.AppKeyResponse;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetKmsKeyRequest;
import dev.keywarden.rpc.proto.KmsKeyResponse;
import dev.keywarden.rpc.proto.PublicKeyResponse;
import dev.keywarden.rpc.proto.SignCertRequest;
import dev.keywarden.rpc.proto.SignCertResponse;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every gate, with quotes and without, for every way an authorizer can answer or fail to (wire protocol, section 3.5; design,
 * section 4).
 */
@Tag("blackbox")
class GateTruthTableTest {
    private static final Bytes PEER = Bytes.fromHex("66".repeat(20));
    private static final String QUOTES = "quote_enabled = true";
    private static final String NO_QUOTES = "quote_enabled = false";

    @TempDir
    private Path home;

    private final CountDownLatch release = new CountDownLatch(1);
    private final WebhookDouble webhook = new WebhookDouble();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        release.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        webhook.close();
    }

    /** What an authorizer does with a question. */
    private enum Verdict {
        ALLOW,
        DENY,
        ERROR,
        TIMEOUT,
        MALFORMED
    }

    /** Gives the verdict to the questions that are meant, and allows everything else. */
    private void answer(Verdict verdict, Predicate<WebhookDouble.Question> meant) {
        WebhookDouble.Behaviour others = WebhookDouble.Behaviour.allowAll();
        webhook.behave((question, exchange) -> {
            if (question.method().equals("GET") || !meant.test(question)) {
                others.handle(question, exchange);
            } else {
                give(verdict, question, exchange);
            }
        });
    }

    private void give(Verdict verdict, WebhookDouble.Question question, HttpExchange exchange) throws IOException {
        switch (verdict) {
            case ALLOW -> WebhookDouble.Behaviour.allowAll().handle(question, exchange);
            case DENY ->
                WebhookDouble.send(
                        exchange,
                        WebhookDouble.Reply.json(200, "{\"isAllowed\":false,\"gatewayAppId\":\"\",\"reason\":\"no\"}"));
            case ERROR -> WebhookDouble.send(exchange, WebhookDouble.Reply.json(500, "boom"));
            case MALFORMED -> WebhookDouble.send(exchange, WebhookDouble.Reply.json(200, "{\"isAllowed\":\"true\"}"));
            case TIMEOUT -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static boolean isAboutPeer(WebhookDouble.Question question) {
        return question.body().contains(PEER.toHex());
    }

    private static boolean isAboutSelf(WebhookDouble.Question question) {
        return question.path().endsWith("/kms") && !isAboutPeer(question);
    }

    private TestNode.Configuration configuration(String name, String onboard) throws IOException {
        return verifying(new TestNode.Configuration(Files.createDirectory(home.resolve(name)))
                .webhook(webhook.url())
                .table("[core.authorization.webhook]\ntimeout = \"1s\"")
                .onboard(onboard));
    }

    /** How evidence is verified; as the configuration says. */
    TestNode.Configuration verifying(TestNode.Configuration configuration) throws IOException {
        return configuration;
    }

    private TestNode serving(String name, String onboard) throws IOException {
        TestNode.Configuration configuration = configuration(name, onboard + "\nauto_bootstrap_domain = \"localhost\"");
        Recordings.copyKeys(configuration.certDir());
        return started(TestNode.start(configuration, "serving"));
    }

    private TestNode onboarding(String name, String onboard) throws IOException {
        return started(TestNode.start(configuration(name, onboard), "onboarding"));
    }

    private <C extends AutoCloseable> C started(C resource) {
        open.add(resource);
        return resource;
    }

    /** Calls as a machine with evidence; returns the refusal, or the empty string. */
    private static <A extends Message> String refusal(
            TestNode node, Bytes identity, String method, Message request, A answer) {
        RawTls.ClientIdentity shown = new Guest(identity).identity(evidence -> evidence);
        try (RaTlsClient client = RaTlsClient.to(node.url())
                .trustingUnverifiedServer()
                .presenting(shown.chain(), shown.key())
                .deadline(Duration.ofSeconds(30))
                .build()) {
            client.call(method, request, answer);
            return "";
        } catch (RpcException e) {
            return e.innermost();
        }
    }

    private static String appKey(TestNode node) {
        return refusal(
                node,
                Guest.APP_ID,
                "GetAppKey",
                GetAppKeyRequest.newBuilder().setApiVersion(1).build(),
                AppKeyResponse.getDefaultInstance());
    }

    private static String kmsKey(TestNode node) {
        return refusal(
                node, PEER, "GetKmsKey", GetKmsKeyRequest.getDefaultInstance(), KmsKeyResponse.getDefaultInstance());
    }

    private static String envKey(TestNode node) {
        return refusal(
                node,
                Guest.APP_ID,
                "GetAppEnvEncryptPubKey",
                AppId.newBuilder()
                        .setAppId(ByteString.copyFrom(Guest.APP_ID.toArray()))
                        .build(),
                PublicKeyResponse.getDefaultInstance());
    }

    private static String certificate(TestNode node) {
        Guest app = new Guest(Guest.APP_ID);
        RequestedCertificate wanted = new RequestedCertificate(
                Optional.empty(),
                "app",
                List.of("app.example.com"),
                true,
                true,
                true,
                true,
                Optional.empty(),
                Optional.empty());
        byte[] csr = SigningRequestCodec.encode(new SigningRequest.V2(app.publicKey(), wanted, app.evidence()));
        return refusal(
                node,
                Guest.APP_ID,
                "SignCert",
                SignCertRequest.newBuilder()
                        .setApiVersion(2)
                        .setCsr(ByteString.copyFrom(csr))
                        .setSignature(ByteString.copyFrom(app.sign(csr)))
                        .build(),
                SignCertResponse.getDefaultInstance());
    }

    private static String tempCa(TestNode node) {
        try {
            Guest.tempCa(node.url());
            return "";
        } catch (RpcException e) {
            return e.innermost();
        }
    }

    private static void requireOutcome(Verdict verdict, String refusal, String denied, String unavailable) {
        switch (verdict) {
            case ALLOW -> assertThat(refusal).isEmpty();
            case DENY -> assertThat(refusal).isEqualTo(denied);
            case ERROR, TIMEOUT, MALFORMED ->
                assertThat(refusal).startsWith(unavailable).hasSizeGreaterThan(unavailable.length());
        }
    }

    @TestFactory
    Stream<DynamicTest> withQuotesEveryGateHolds() throws IOException {
        TestNode node = serving("serving", QUOTES);
        return Stream.of(Verdict.values())
                .flatMap(verdict -> Stream.of(
                        DynamicTest.dynamicTest("RPC, self: " + verdict, () -> {
                            answer(verdict, GateTruthTableTest::isAboutSelf);
                            for (String refusal : List.of(
                                    tempCa(node), envKey(node), appKey(node), certificate(node), kmsKey(node))) {
                                requireOutcome(
                                        verdict,
                                        refusal,
                                        "KMS self authorization failed: KMS is not allowed: no",
                                        "KMS self authorization failed: Failed to call self KMS auth check: ");
                            }
                        }),
                        DynamicTest.dynamicTest("RPC, app: " + verdict, () -> {
                            answer(verdict, question -> question.path().endsWith("/app"));
                            requireOutcome(
                                    verdict, appKey(node), "App not allowed: Boot denied: no", "App not allowed: ");
                            requireOutcome(verdict, certificate(node), "Boot denied: no", "");
                        }),
                        DynamicTest.dynamicTest("RPC, peer: " + verdict, () -> {
                            answer(verdict, GateTruthTableTest::isAboutPeer);
                            requireOutcome(verdict, kmsKey(node), "Boot denied: no", "");
                        })));
    }

    @TestFactory
    Stream<DynamicTest> withQuotesRootKeysAreMadeAndTakenOnlyIfAllowed() throws IOException {
        TestNode node = onboarding("onboarding", QUOTES);
        OnboardClient client = new OnboardClient(node.url());
        SourceDouble source = started(new SourceDouble()).showing(new Guest(PEER).identity(evidence -> evidence));
        return Stream.of(Verdict.DENY, Verdict.ERROR, Verdict.TIMEOUT, Verdict.MALFORMED)
                .flatMap(verdict -> Stream.of(
                        DynamicTest.dynamicTest("bootstrap: " + verdict, () -> {
                            answer(verdict, GateTruthTableTest::isAboutSelf);
                            requireOutcome(
                                    verdict,
                                    client.bootstrap(GatedNode.DOMAIN).error(),
                                    "KMS is not allowed to bootstrap: Boot denied: no",
                                    "KMS is not allowed to bootstrap: Failed to call KMS auth check: ");
                            requireNoKeys("onboarding");
                        }),
                        DynamicTest.dynamicTest("onboard: " + verdict, () -> {
                            answer(verdict, GateTruthTableTest::isAboutPeer);
                            source.behave(SourceDouble::honest);
                            requireOutcome(
                                    verdict,
                                    client.onboard(source.url(), GatedNode.DOMAIN)
                                            .error(),
                                    "Failed to onboard: Source KMS is not allowed for onboarding: Boot denied: no",
                                    "Failed to onboard: Source KMS is not allowed for onboarding: Failed to call KMS"
                                            + " auth check: ");
                            assertThat(source.asked()).containsExactly("GetTempCaCert");
                            requireNoKeys("onboarding");
                        })));
    }

    private void requireNoKeys(String name) {
        // The lock keeps a second process out, and is there as soon as the first looks.
        assertThat(home.resolve(name).resolve("certs").toFile().list()).containsExactly(".lock");
    }

    @TestFactory
    Stream<DynamicTest> withoutQuotesTheGatesAboutKmsNodesAreSkippedAndNoOther() throws IOException {
        TestNode node = serving("serving", NO_QUOTES);
        return Stream.of(Verdict.values())
                .flatMap(verdict -> Stream.of(
                        DynamicTest.dynamicTest("RPC, self: " + verdict, () -> {
                            answer(verdict, GateTruthTableTest::isAboutSelf);
                            assertThat(tempCa(node)).isEmpty();
                            assertThat(envKey(node)).isEmpty();
                            assertThat(appKey(node)).isEmpty();
                            assertThat(certificate(node)).isEmpty();
                        }),
                        DynamicTest.dynamicTest("RPC, app: " + verdict, () -> {
                            answer(verdict, question -> question.path().endsWith("/app"));
                            requireOutcome(
                                    verdict, appKey(node), "App not allowed: Boot denied: no", "App not allowed: ");
                            requireOutcome(verdict, certificate(node), "Boot denied: no", "");
                        }),
                        DynamicTest.dynamicTest("RPC, peer: " + verdict, () -> {
                            answer(verdict, GateTruthTableTest::isAboutPeer);
                            assertThat(kmsKey(node)).contains("insecure_allow_unattested_handover");
                        })));
    }

    @TestFactory
    Stream<DynamicTest> withoutQuotesNobodyIsAskedAboutBootstrap() {
        return Stream.of(Verdict.DENY, Verdict.ERROR, Verdict.TIMEOUT, Verdict.MALFORMED)
                .map(verdict -> DynamicTest.dynamicTest("bootstrap: " + verdict, () -> {
                    answer(verdict, question -> true);
                    int before = webhook.questions().size();
                    TestNode node = onboarding("onboarding-" + verdict, NO_QUOTES);
                    OnboardClient.Answer made = new OnboardClient(node.url()).bootstrap(GatedNode.DOMAIN);
                    assertThat(made.status()).as(made.body()).isEqualTo(200);
                    assertThat(made.json().get("attestation").asText()).isEmpty();
                    assertThat(webhook.questions()).hasSize(before);
                    // It takes the machine's own service all the same.
                    assertThat(new OnboardClient(node.url())
                                    .attestationInfo()
                                    .get("mr_aggregated")
                                    .asText())
                            .hasSize(64);
                }));
    }

    /** The newer revision's switch: the node does not ask about itself, callers are checked all the same. */
    @TestFactory
    Stream<DynamicTest> withoutSelfAuthorizationOnlyTheSelfChecksAreSkipped() throws IOException {
        TestNode.Configuration configuration =
                configuration("unenforced", QUOTES).core("enforce_self_authorization = false");
        TestNode node = started(TestNode.start(configuration, "onboarding"));
        return Stream.of(DynamicTest.dynamicTest("bootstrap, RPC, app, peer", () -> {
            answer(Verdict.DENY, question -> true);
            assertThat(node.process().err()).contains("core.enforce_self_authorization = false");
            OnboardClient client = new OnboardClient(node.url());
            OnboardClient.Answer made = client.bootstrap(GatedNode.DOMAIN);
            assertThat(made.status()).as(made.body()).isEqualTo(200);
            assertThat(made.json().get("attestation").asText()).isNotEmpty();
            client.finish();
            node.awaitServing();
            String url = "https://localhost:" + configuration.port();
            assertThat(Guest.tempCa(url).getCaCert()).isNotEmpty();
        }));
    }

    /** The newer revision's other switch: no evidence in the certificate, and so no node takes keys from this one. */
    @TestFactory
    Stream<DynamicTest> withoutAnAttestedCertificateNobodyTakesKeysFromIt() throws IOException {
        TestNode.Configuration configuration = configuration(
                        "unattested", QUOTES + "\nauto_bootstrap_domain = \"localhost\"")
                .core("attest_rpc_cert = false");
        TestNode source = started(TestNode.start(configuration, "serving"));
        TestNode receiver = onboarding("receiver", QUOTES);
        return Stream.of(DynamicTest.dynamicTest("onboard", () -> {
            assertThat(source.process().err()).contains("core.attest_rpc_cert = false");
            assertThat(new OnboardClient(receiver.url())
                            .onboard(source.url(), GatedNode.DOMAIN)
                            .error())
                    .isEqualTo("Failed to onboard: Failed to validate attestation:"
                            + " Source KMS certificate does not contain attestation");
            requireNoKeys("receiver");
        }));
    }
}
