package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the reference as a receiver was tried with, tried with this receiver: it takes keys from every source from which the
 * reference took them, and refuses what the reference refused, with the same words.
 */
@Tag("blackbox")
final class ForeignSourceTest {
    /** What the newer revision puts before its word on the source's evidence; the words of the older one are used. */
    private static final String NEWER_CONTEXT = "failed to validate the server attestation of ";

    /** Where the text behind the last colon is a library's. */
    private static final List<String> LIBRARY_WORDED = List.of(
            "failed to onboard: failed to parse tmp ca key: ",
            "failed to onboard: failed to parse ecdsa key: ",
            "failed to onboard: failed to parse ca key: ",
            "failed to onboard: failed to deserialize response: ");

    /** Deliberately other than the reference; {@code docs/differences.md} has the reasons. Empty: taken. */
    private static final Map<String, String> OTHERWISE = Map.of(
            // The older revision does not know MessagePack.
            "onboard-from-foreign-r1/08-selfsigned-v1", "",
            // Events of version 2 are accepted where their digests can be checked.
            "onboard-from-foreign-r1/10-selfsigned-v1-ev2", "",
            "onboard-from-foreign-r2/10-selfsigned-v1-ev2", "",
            // A truncated key is another key.
            "onboard-from-foreign-r1/26-k256-31-bytes", "failed to onboard: failed to parse ecdsa key: ",
            "onboard-from-foreign-r2/26-k256-31-bytes", "failed to onboard: failed to parse ecdsa key: ",
            // Found out before anybody is asked for keys, as by the newer revision.
            "onboard-from-foreign-r1/31-tempca-key-mismatch",
                    "failed to onboard: ca certificate does not match private key",
            // Without a length, and without TLS's word that this was all; the JSON tells that it was.
            "onboard-from-foreign-r1/04-connection-close-no-length", "",
            "onboard-from-foreign-r2/04-connection-close-no-length", "");

    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode.Configuration configuration;
    private static TestNode receiver;

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        configuration = new TestNode.Configuration(directory).webhook(webhook.url());
        receiver = TestNode.start(configuration, "onboarding");
    }

    @AfterAll
    static void stop() {
        receiver.close();
        webhook.close();
    }

    @TestFactory
    Stream<DynamicTest> asTheNewerRevision() {
        return replay("onboard-from-foreign-r2");
    }

    @TestFactory
    Stream<DynamicTest> asTheOlderRevision() {
        return replay("onboard-from-foreign-r1");
    }

    private static Stream<DynamicTest> replay(String folder) {
        return Recordings.transcripts(folder).stream()
                .map(file -> DynamicTest.dynamicTest(
                        folder + "/" + Differences.nameOf(file),
                        () -> replayOne(folder + "/" + Differences.nameOf(file), Recordings.json(file))));
    }

    private static void replayOne(String name, JsonNode recording) throws IOException {
        forgetKeys();
        RawTls.ClientIdentity shown = shown(recording.path("source_cert").asText());
        try (ForeignSource source =
                new ForeignSource(shown, ForeignSource.Manner.of(recording.path("options")), answers(recording))) {
            OnboardClient.Answer answer = new OnboardClient(receiver.url()).onboard(source.url(), GatedNode.DOMAIN);
            String wanted = wanted(name, recording);
            if (wanted.isEmpty()) {
                requireTaken(answer, source);
            } else {
                requireRefused(answer, wanted);
            }
        }
    }

    /** The text of the refusal, or its beginning; empty if the keys are to be taken. */
    private static String wanted(String name, JsonNode recording) {
        if (OTHERWISE.containsKey(name)) {
            return OTHERWISE.get(name);
        }
        if (recording.path("onboard_status").asInt() == 200) {
            return "";
        }
        String recorded = Recordings.json(recording.path("onboard_body").asText())
                .path("error")
                .asText()
                .toLowerCase(Locale.ROOT);
        int newer = recorded.indexOf(NEWER_CONTEXT);
        if (newer >= 0) {
            return recorded.substring(0, newer) + "failed to validate attestation: "
                    + recorded.substring(recorded.indexOf("/prpc: ") + "/prpc: ".length());
        }
        return LIBRARY_WORDED.stream().filter(recorded::startsWith).findFirst().orElse(recorded);
    }

    private static void requireRefused(OnboardClient.Answer answer, String wanted) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        String text = answer.error().toLowerCase(Locale.ROOT);
        if (wanted.endsWith(": ")) {
            assertThat(text).startsWith(wanted).isNotEqualTo(wanted);
        } else {
            assertThat(text).startsWith(wanted);
        }
        // The lock keeps a second process out.
        assertThat(configuration.certDir().toFile().list()).containsExactly(".lock");
    }

    private static void requireTaken(OnboardClient.Answer answer, ForeignSource source) throws IOException {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("k256_pubkey")).isEqualTo(Recordings.META.get("k256_pubkey"));
        assertThat(source.asked()).containsExactly("GetTempCaCert", "GetMeta", "GetKmsKey");
        for (String name : List.of("root-ca.key", "root-k256.key", "tmp-ca.key", "root-ca.crt")) {
            assertThat(configuration.certDir().resolve(name))
                    .hasSameBinaryContentAs(Recordings.ROOT.resolve("keys-r2").resolve(name));
        }
    }

    /** So that the next source can be tried at once: whether there are keys is asked of the directory, each time. */
    private static void forgetKeys() throws IOException {
        try (Stream<Path> files = Files.list(configuration.certDir())) {
            for (Path file : files.toList()) {
                if (!file.endsWith(".lock")) {
                    Files.delete(file);
                }
            }
        }
    }

    private static RawTls.ClientIdentity shown(String recorded) {
        return recorded.endsWith("rpc.crt")
                ? RawTls.ClientIdentity.ofReference()
                : RawTls.ClientIdentity.recorded(recorded.replaceAll(".*/", "").replace(".crt.pem", ""))
                        .orElseThrow();
    }

    /** What was answered, and GetMeta, which the reference does not ask for. */
    private static Map<String, ForeignSource.Answer> answers(JsonNode recording) {
        Map<String, ForeignSource.Answer> answers = sound();
        for (JsonNode exchange : recording.path("source_saw")) {
            String head = exchange.path("request_head").asText();
            if (!head.isEmpty()) {
                String method = head.substring(head.indexOf("/prpc/") + "/prpc/".length(), head.indexOf("?json"));
                answers.put(
                        method,
                        new ForeignSource.Answer(
                                exchange.path("answered").asText(),
                                exchange.path("answer_body").asText()));
            }
        }
        return answers;
    }

    private static Map<String, ForeignSource.Answer> sound() {
        Map<String, ForeignSource.Answer> answers = new LinkedHashMap<>();
        for (String method : List.of("GetTempCaCert", "GetMeta", "GetKmsKey")) {
            answers.put(
                    method,
                    new ForeignSource.Answer(
                            "200 OK", SourceDouble.answer(method).toString()));
        }
        return answers;
    }

    /** Of a source's certificate only the evidence counts, and of its TLS only that it works. */
    @TestFactory
    Stream<DynamicTest> takesKeysFromSourcesOfEveryManner() {
        ForeignSource.Manner plain = ForeignSource.Manner.PLAIN;
        return Stream.concat(
                Stream.of("c-expired", "c-notyet", "c-8-critical", "c-ca-true", "c-eku-client", "c-8-and-1")
                        .map(name -> DynamicTest.dynamicTest(name, () -> takes(recorded(name), plain))),
                Stream.of(
                        DynamicTest.dynamicTest(
                                "TLS 1.2", () -> takes(RawTls.ClientIdentity.ofReference(), plain.protocol("TLSv1.2"))),
                        DynamicTest.dynamicTest(
                                "no ALPN", () -> takes(RawTls.ClientIdentity.ofReference(), plain.speaking())),
                        DynamicTest.dynamicTest(
                                "h2 preferred",
                                () -> takes(RawTls.ClientIdentity.ofReference(), plain.speaking("h2", "http/1.1"))),
                        DynamicTest.dynamicTest(
                                "close_notify instead of a length",
                                () -> takes(
                                        RawTls.ClientIdentity.ofReference(),
                                        plain.ending(ForeignSource.Ending.CLOSED_WITH_NOTIFY)))));
    }

    private static void takes(RawTls.ClientIdentity shown, ForeignSource.Manner manner) throws IOException {
        forgetKeys();
        try (ForeignSource source = new ForeignSource(shown, manner, sound())) {
            requireTaken(new OnboardClient(receiver.url()).onboard(source.url(), GatedNode.DOMAIN), source);
        }
    }

    /** Section 14, defect 1: its certificate does not tell its OS image, so lists of images would deny it. */
    @Test
    void defect1ALegacySourceIsJudgedByThisNodesOwnImage() throws IOException {
        takes(recorded("legacy"), ForeignSource.Manner.PLAIN);
        JsonNode question = Recordings.json(webhook.questions().getLast().body());
        assertThat(question.path("osImageHash").asText()).isEqualTo(Guest.OS_IMAGE_HASH.toHex());
        List<String> records = Files.readAllLines(configuration.records());
        assertThat(records.getLast()).contains("no OS image hash, so this node's own was taken");
    }

    /** Recorded as refused when a client showed them; a source that shows them is refused too, before keys are asked for. */
    @TestFactory
    Stream<DynamicTest> refusesSourcesWhoseEvidenceDoesNotHold() {
        String context = "failed to onboard: failed to validate attestation: ";
        return Map.of(
                        "bad-report-data", "invalid quote: ",
                        "ext8-empty", "failed to ",
                        "ext8-garbage", "failed to ",
                        "ext8-trunc-scale", "failed to ",
                        "ext8-notoctet", "failed to ",
                        "ext1-noext2", "tdx event log missing",
                        "ext3-only", "source kms certificate does not contain attestation")
                .entrySet()
                .stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    forgetKeys();
                    try (ForeignSource source =
                            new ForeignSource(recorded(entry.getKey()), ForeignSource.Manner.PLAIN, sound())) {
                        OnboardClient.Answer answer =
                                new OnboardClient(receiver.url()).onboard(source.url(), GatedNode.DOMAIN);
                        requireRefused(answer, context + entry.getValue());
                        assertThat(source.asked()).doesNotContain("GetKmsKey");
                    }
                }));
    }

    private static RawTls.ClientIdentity recorded(String name) {
        return RawTls.ClientIdentity.recorded(name).orElseThrow();
    }
}
