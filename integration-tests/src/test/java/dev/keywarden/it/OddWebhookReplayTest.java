package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of a webhook on which implementations differ: what the reference made of each, this node makes of it too. */
@Tag("blackbox")
final class OddWebhookReplayTest {
    private static final String FOLDER = "webhook-odd-r2";
    private static final String JSON = "application/json";

    /** What the recorded webhook did; the recordings name it and show it in the errors. */
    private static final Map<String, WebhookDouble.Behaviour> BEHAVIOURS = Map.of(
            "webhook-201", answering(201, JSON, bytes("{\"isAllowed\":true,\"gatewayAppId\":\"g\",\"reason\":\"\"}")),
            "webhook-bom",
                    answering(200, JSON, bytes("\ufeff{\"isAllowed\":true,\"gatewayAppId\":\"g\",\"reason\":\"\"}")),
            "webhook-latin1",
                    answering(
                            200,
                            JSON + "; charset=iso-8859-1",
                            "{\"isAllowed\":false,\"gatewayAppId\":\"g\",\"reason\":\"caf\u00e9\"}"
                                    .getBytes(StandardCharsets.ISO_8859_1)),
            "webhook-nogw", answering(200, JSON, bytes("{\"isAllowed\":true,\"reason\":\"\"}")),
            "webhook-snake",
                    answering(200, JSON, bytes("{\"is_allowed\":true,\"gateway_app_id\":\"g\",\"reason\":\"\"}")),
            "webhook-strbool",
                    answering(200, JSON, bytes("{\"isAllowed\":\"true\",\"gatewayAppId\":\"g\",\"reason\":\"\"}")));

    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode node;

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        TestNode.Configuration configuration = new TestNode.Configuration(directory).webhook(webhook.url());
        Recordings.copyKeys(configuration.certDir());
        node = TestNode.start(configuration, "serving");
    }

    @AfterAll
    static void stop() {
        node.close();
        webhook.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static WebhookDouble.Behaviour answering(int status, String contentType, byte[] body) {
        return (question, exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "webhook-201",
                "webhook-bom",
                "webhook-latin1",
                "webhook-nogw",
                "webhook-snake",
                "webhook-strbool"
            })
    void decidesAsTheReferenceDid(String name) throws IOException {
        Transcript transcript = Transcript.of(recording(name));
        webhook.behave(BEHAVIOURS.get(name));

        RawTls.Response actual =
                RawTls.exchange(node.port(), transcript.request(), null, "TLSv1.3", List.of("http/1.1"), false);

        String recorded =
                transcript.recording().path("response").path("body_text").asText();
        if (recorded.contains(": missing field") || recorded.contains(": invalid type")) {
            // What the JSON library says at the end is the library's; all before it is the protocol's.
            String text = Recordings.json(new String(actual.body(), StandardCharsets.UTF_8))
                    .path("error")
                    .asText();
            String wanted = Recordings.json(recorded).path("error").asText();
            String common = wanted.substring(0, wanted.lastIndexOf("}: ") + 3);
            assertThat(actual.status()).isEqualTo(400);
            assertThat(text.replace(webhook.url(), "http://127.0.0.1:9203"))
                    .startsWith(common)
                    .isNotEqualTo(common);
        } else {
            transcript.compare(FOLDER, actual, webhook.url(), true);
        }
    }

    private static Path recording(String name) {
        return Recordings.transcripts(FOLDER).stream()
                .filter(file -> Differences.nameOf(file).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among "
                        + Arrays.toString(Recordings.transcripts(FOLDER).toArray())));
    }
}
