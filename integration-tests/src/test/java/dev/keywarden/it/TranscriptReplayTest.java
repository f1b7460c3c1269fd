package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recorded exchanges of the running reference, sent again byte for byte to a node on the reference's own keys.
 *
 * <p>Compared are status, content type and body. What may differ, and why, is in {@link Differences}, nowhere else.
 */
@Tag("blackbox")
final class TranscriptReplayTest {
    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode node;

    @BeforeAll
    static void startOnTheReferencesKeys() {
        webhook = new WebhookDouble();
        TestNode.Configuration configuration = new TestNode.Configuration(directory).webhook(webhook.url());
        Recordings.copyKeys(configuration.certDir());
        node = TestNode.start(configuration, "serving");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        webhook.close();
    }

    @TestFactory
    Stream<DynamicTest> newerRevision() {
        return replay("run-r2", true);
    }

    @TestFactory
    Stream<DynamicTest> olderRevision() {
        // It ran on keys of its own, so that only failures can be compared whole.
        return replay("run-r1", false);
    }

    @TestFactory
    Stream<DynamicTest> oddClientCertificates() {
        return replay("clientcert-odd-r2", true);
    }

    @TestFactory
    Stream<DynamicTest> oddSigningRequests() {
        return replay("scale-odd-r2", true);
    }

    private Stream<DynamicTest> replay(String folder, boolean sameKeys) {
        return Recordings.transcripts(folder).stream()
                .filter(file -> !Differences.NO_ANSWER.contains(Differences.nameOf(file)))
                .filter(file -> certificateIsHere(Recordings.json(file)))
                .map(file -> DynamicTest.dynamicTest(
                        folder + "/" + Differences.nameOf(file), () -> replayOne(folder, file, sameKeys)));
    }

    /** Some recorded certificates are not published with their keys; what they show is tried in other tests. */
    private static boolean certificateIsHere(JsonNode recording) {
        String name = recording.path("client_cert").asText("null");
        return name.equals("null") || RawTls.ClientIdentity.recorded(name).isPresent();
    }

    private void replayOne(String folder, Path file, boolean sameKeys) throws IOException {
        Transcript transcript = Transcript.of(file);
        JsonNode recording = transcript.recording();
        webhook.behave(behaviour(recording.path("webhook").asText("")));
        RawTls.ClientIdentity identity = Optional.of(
                        recording.path("client_cert").asText("null"))
                .filter(certificate -> !certificate.equals("null"))
                .flatMap(RawTls.ClientIdentity::recorded)
                .orElse(null);
        List<String> alpn = Differences.ALPN_NOT_RECORDED.contains(transcript.name()) ? List.of() : List.of("http/1.1");
        RawTls.Response actual = RawTls.exchange(
                node.port(),
                transcript.request(),
                identity,
                recording.path("tls_version").asText("TLSv1.3"),
                alpn,
                transcript.headOnly());
        transcript.compare(folder, actual, webhook.url(), sameKeys);
    }

    private static WebhookDouble.Behaviour behaviour(String described) {
        if (described.startsWith("denies every KMS with: ")) {
            return WebhookDouble.Behaviour.denyingKms(described.substring("denies every KMS with: ".length()));
        }
        if (described.startsWith("denies app dddd... with: ")) {
            return WebhookDouble.Behaviour.denyingApp(
                    "dddd", described.substring("denies app dddd... with: ".length()));
        }
        if (described.startsWith("answers 503 with body: ")) {
            String body = described.substring("answers 503 with body: ".length());
            return WebhookDouble.Behaviour.answering(question -> WebhookDouble.Reply.json(503, body));
        }
        if (described.startsWith("answers 200 ")) {
            String body = described.substring("answers 200 ".length());
            return WebhookDouble.Behaviour.answering(question -> WebhookDouble.Reply.json(200, body));
        }
        return WebhookDouble.Behaviour.allowAll();
    }
}
