package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The manual test guide of the KMS self authorization feature, case by case: real processes, driven only through what a person
 * can reach.
 */
@Tag("blackbox")
class GatesGuideTest {
    private static final String QUOTES = "quote_enabled = true";
    private static final String NO_QUOTES = "quote_enabled = false";

    @TempDir
    private Path home;

    private final List<GatedNode> started = new ArrayList<>();

    @AfterEach
    void stopAll() {
        started.forEach(GatedNode::close);
    }

    /** Starts a node, governed as the class says. */
    GatedNode start(Path folder, String instanceId, String onboardLines) {
        return GatedNode.start(folder, instanceId, onboardLines);
    }

    /** Why a KMS is refused whose measurement nobody allowed. */
    String notListed() {
        return "aggregated MR not allowed";
    }

    private GatedNode node(String name, String instanceId, String onboardLines) {
        GatedNode node = start(home.resolve(name), instanceId, onboardLines);
        started.add(node);
        return node;
    }

    /** A node with keys, which its own list allows. */
    private GatedNode bootstrapped(String name, String instanceId, String onboardLines) {
        GatedNode node = node(name, instanceId, onboardLines);
        node.allow(node.measurement());
        assertThat(node.onboarding().bootstrap(GatedNode.DOMAIN).status()).isEqualTo(200);
        return node.finish();
    }

    private static ByteString diskKey(GatedNode node) {
        return new Guest(Guest.APP_ID).takeKeys(node.url()).getDiskCryptKey();
    }

    @Test
    void bootstrapIsDeniedAndThenAllowed() {
        GatedNode node = node("a", "a1", QUOTES);
        OnboardClient.Answer denied = node.onboarding().bootstrap(GatedNode.DOMAIN);
        assertThat(denied.status()).isEqualTo(400);
        assertThat(denied.error()).isEqualTo("KMS is not allowed to bootstrap: Boot denied: " + notListed());
        assertThat(node.hasRootKeys()).isFalse();

        node.allow(node.measurement());
        OnboardClient.Answer allowed = node.onboarding().bootstrap(GatedNode.DOMAIN);
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.json().get("attestation").asText()).isNotEmpty();
        assertThat(node.hasRootKeys()).isTrue();
        assertThat(node.records("Bootstrap"))
                .extracting(record -> record.get("outcome").asText())
                .containsExactly("deny", "allow");
    }

    @Test
    void receiverTakesKeysAndGivesTheSameAppKey() {
        GatedNode source = bootstrapped("a", "a1", QUOTES);
        GatedNode receiver = node("b", "b1", QUOTES);
        String sourceMeasurement = source.records("Bootstrap")
                .getFirst()
                .at("/boot_info/mrAggregated")
                .asText();
        String receiverMeasurement = receiver.measurement();
        source.allow(sourceMeasurement, receiverMeasurement);
        receiver.allow(sourceMeasurement, receiverMeasurement);

        OnboardClient.Answer answer = receiver.onboarding().onboard(source.url(), GatedNode.DOMAIN);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("k256_pubkey").asText()).hasSize(66);
        receiver.finish();

        assertThat(diskKey(receiver)).isEqualTo(diskKey(source));
        assertThat(receiver.records("Onboard"))
                .extracting(record -> record.get("gate").asText())
                .containsExactly("onboard");
    }

    @Test
    void receiverRefusesASourceItDoesNotKnowBeforeAskingForKeys() {
        GatedNode source = bootstrapped("a", "a1", QUOTES);
        GatedNode receiver = node("b", "b1", QUOTES);
        receiver.allow(receiver.measurement());

        OnboardClient.Answer answer = receiver.onboarding().onboard(source.url(), GatedNode.DOMAIN);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error())
                .isEqualTo("Failed to onboard: Source KMS is not allowed for onboarding: Boot denied: " + notListed());
        assertThat(receiver.hasRootKeys()).isFalse();
        assertThat(source.records("GetKmsKey")).isEmpty();
    }

    @Test
    void sourceRefusesAReceiverItDoesNotKnowAndThePersonLearnsWhy() {
        GatedNode source = bootstrapped("a", "a1", QUOTES);
        GatedNode receiver = node("b", "b1", QUOTES);
        String sourceMeasurement = source.records("Bootstrap")
                .getFirst()
                .at("/boot_info/mrAggregated")
                .asText();
        receiver.allow(sourceMeasurement);

        OnboardClient.Answer answer = receiver.onboarding().onboard(source.url(), GatedNode.DOMAIN);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error())
                .isEqualTo("Failed to onboard: Request failed with status=400 Bad Request, error={\n"
                        + "  \"error\": \"Boot denied: " + notListed() + "\"\n}");
        assertThat(receiver.hasRootKeys()).isFalse();
    }

    @Test
    void trustedRpcIsDeniedAfterRevocationAndAllowedAgain() {
        GatedNode node = bootstrapped("a", "a1", QUOTES);
        String own = node.records("Bootstrap")
                .getFirst()
                .at("/boot_info/mrAggregated")
                .asText();
        assertThat(diskKey(node).size()).isEqualTo(32);
        node.allowNobody();
        assertThatThrownBy(() -> diskKey(node))
                .hasMessageContaining("KMS self authorization failed: KMS is not allowed: " + notListed());
        node.allow(own);
        assertThat(diskKey(node).size()).isEqualTo(32);
    }

    @Test
    void bootstrapWithoutQuotesAsksNobody() {
        GatedNode node = node("a", "a1", NO_QUOTES);
        OnboardClient.Answer answer = node.onboarding().bootstrap(GatedNode.DOMAIN);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("attestation").asText()).isEmpty();
        assertThat(node.records("Bootstrap")).isEmpty();
    }

    @Test
    void rpcWithoutQuotesSkipsTheSelfCheckButNotTheCaller() {
        GatedNode node = node("a", "a1", NO_QUOTES);
        node.onboarding().bootstrap(GatedNode.DOMAIN);
        node.finish();
        assertThat(diskKey(node).size()).isEqualTo(32);
        assertThatThrownBy(() -> new Guest(Bytes.fromHex("33".repeat(20))).takeKeys(node.url()))
                .hasMessageContaining("App not allowed: Boot denied: app not registered");
    }

    @Test
    void receiverWithoutQuotesStillFailsAtASourceWithQuotes() {
        GatedNode source = bootstrapped("a", "a1", QUOTES);
        GatedNode receiver = node("b", "b1", NO_QUOTES);
        OnboardClient.Answer answer = receiver.onboarding().onboard(source.url(), GatedNode.DOMAIN);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error())
                .isEqualTo("Failed to onboard: Request failed with status=400 Bad Request, error={\n"
                        + "  \"error\": \"No attestation provided\"\n}");
        assertThat(receiver.hasRootKeys()).isFalse();
    }

    @Test
    void receiverWithQuotesRefusesASourceWithoutThem() {
        GatedNode source = node("a", "a1", NO_QUOTES);
        source.onboarding().bootstrap(GatedNode.DOMAIN);
        source.finish();
        GatedNode receiver = node("b", "b1", QUOTES);
        OnboardClient.Answer answer = receiver.onboarding().onboard(source.url(), GatedNode.DOMAIN);
        assertThat(answer.error())
                .isEqualTo("Failed to onboard: Failed to validate attestation:"
                        + " Source KMS certificate does not contain attestation");
        assertThat(receiver.hasRootKeys()).isFalse();
    }

    /** Section 14, defect 2: the reference gives its root keys to anyone here. */
    @Test
    void defect2WithoutQuotesRootKeysGoToNobodyUnlessTheOperatorInsists() {
        GatedNode careful = node("a", "a1", NO_QUOTES);
        careful.onboarding().bootstrap(GatedNode.DOMAIN);
        careful.finish();
        GatedNode receiver = node("b", "b1", NO_QUOTES);
        OnboardClient.Answer refused = receiver.onboarding().onboard(careful.url(), GatedNode.DOMAIN);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).contains("insecure_allow_unattested_handover = true");
        assertThat(receiver.hasRootKeys()).isFalse();

        GatedNode careless = node("c", "c1", NO_QUOTES + "\ninsecure_allow_unattested_handover = true");
        assertThat(careless.process().err()).contains("THIS NODE GIVES ITS ROOT KEYS TO ANYONE");
        careless.onboarding().bootstrap(GatedNode.DOMAIN);
        careless.finish();
        assertThat(receiver.onboarding()
                        .onboard(careless.url(), GatedNode.DOMAIN)
                        .status())
                .isEqualTo(200);
        receiver.finish();
        assertThat(diskKey(receiver)).isEqualTo(diskKey(careless));
    }

    /** Section 14, defects 4 and 5. */
    @Test
    void defect4And5OnlyOneOfManyCallsGetsRootKeys() throws Exception {
        GatedNode node = node("a", "a1", QUOTES);
        node.allow(node.measurement());
        List<Callable<OnboardClient.Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(() -> node.onboarding().bootstrap(GatedNode.DOMAIN));
            calls.add(() -> node.onboarding().onboard("https://127.0.0.1:1", GatedNode.DOMAIN));
        }
        List<OnboardClient.Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            for (Future<OnboardClient.Answer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        byte[] key = Files.readAllBytes(node.certDir().resolve("root-k256.key"));
        assertThat(node.onboarding().bootstrap(GatedNode.DOMAIN).error())
                .isEqualTo("KMS has already been bootstrapped");
        assertThat(node.onboarding()
                        .onboard("https://127.0.0.1:1", GatedNode.DOMAIN)
                        .error())
                .isEqualTo("KMS has already been onboarded");
        assertThat(node.certDir().resolve("root-k256.key")).hasBinaryContent(key);
    }

    /** Section 14, defect 8. */
    @Test
    void defect8ADomainThatIsNoneIsRefusedBeforeAnythingElse() throws IOException {
        GatedNode node = node("a", "a1", QUOTES);
        for (String domain : List.of("", "a_b.example", "-a.example", "a..b", "a".repeat(64), "b.".repeat(127) + "b")) {
            assertThat(node.onboarding().bootstrap(domain).error()).as(domain).startsWith("domain ");
            assertThat(node.onboarding().onboard("https://127.0.0.1:1", domain).error())
                    .as(domain)
                    .startsWith("domain ");
        }
        assertThat(node.hasRootKeys()).isFalse();
        assertThat(node.records("Bootstrap")).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithTheAddressOfASource() {
        GatedNode node = node("a", "a1", QUOTES);
        assertThat(node.onboarding().onboard("127.0.0.1:1", GatedNode.DOMAIN).error())
                .startsWith("Failed to onboard: Failed to send request: ");
        assertThat(node.onboarding()
                        .onboard("http://127.0.0.1:1", GatedNode.DOMAIN)
                        .error())
                .startsWith("Failed to onboard: Failed to send request: ");
        assertThat(node.onboarding()
                        .onboard("https://127.0.0.1:1", GatedNode.DOMAIN)
                        .error())
                .startsWith("Failed to onboard: Failed to send request: ")
                .contains("https://127.0.0.1:1/prpc/GetTempCaCert?json");
    }
}
