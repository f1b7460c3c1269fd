package dev.keywarden.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person saw at the reference's onboarding listener, in the order it was seen: the page, questions, wrong ones,
 * bootstrap denied, allowed, and tried again.
 */
@Tag("blackbox")
final class OnboardingReplayTest {
    @TempDir
    private Path directory;

    private final WebhookDouble webhook = new WebhookDouble();
    private TestNode node;

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        webhook.close();
    }

    @TestFactory
    Stream<DynamicTest> newerRevision() {
        return replay("onboard-r2");
    }

    @TestFactory
    Stream<DynamicTest> olderRevision() {
        return replay("onboard-r1");
    }

    private Stream<DynamicTest> replay(String folder) {
        node = TestNode.start(new TestNode.Configuration(directory).webhook(webhook.url()), "onboarding");
        List<Path> files = Recordings.transcripts(folder);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        folder + "/" + Differences.nameOf(file), () -> replayOne(folder, Transcript.of(file))));
    }

    private void replayOne(String folder, Transcript transcript) throws IOException {
        webhook.behave(behaviour(transcript.name()));
        RawTls.Response actual = RawTls.exchangePlain(node.port(), transcript.request(), transcript.headOnly());
        // Keys and machine are others, so that of successes only the form can be the same.
        transcript.compare(folder, actual, webhook.url());
    }

    private static WebhookDouble.Behaviour behaviour(String name) {
        return switch (name) {
            case "20-bootstrap-denied" -> WebhookDouble.Behaviour.denyingKms("KMS denied by test");
            case "21-bootstrap-webhook-503" ->
                WebhookDouble.Behaviour.answering(question -> WebhookDouble.Reply.json(503, "overloaded"));
            default -> WebhookDouble.Behaviour.allowAll();
        };
    }
}
