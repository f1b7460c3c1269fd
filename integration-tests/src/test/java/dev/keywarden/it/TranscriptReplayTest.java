package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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

    private Stream<DynamicTest> replay(String folder, boolean sameKeys) {
        return Recordings.transcripts(folder).stream()
                .filter(file -> !Differences.COMES_LATER.contains(Differences.nameOf(file)))
                .filter(file -> certificateIsHere(Recordings.json(file)))
                .map(file -> DynamicTest.dynamicTest(
                        folder + "/" + Differences.nameOf(file), () -> replayOne(file, sameKeys)));
    }

    /** Some recorded certificates are not published with their keys; what they show is tried in other tests. */
    private static boolean certificateIsHere(JsonNode recording) {
        String name = recording.path("client_cert").asText("null");
        return name.equals("null") || RawTls.ClientIdentity.recorded(name).isPresent();
    }

    private void replayOne(Path file, boolean sameKeys) throws IOException {
        JsonNode recording = Recordings.json(file);
        String name = Differences.nameOf(file);
        webhook.behave(behaviour(recording.path("webhook").asText("")));
        RawTls.ClientIdentity identity = Optional.of(
                        recording.path("client_cert").asText("null"))
                .filter(certificate -> !certificate.equals("null"))
                .flatMap(RawTls.ClientIdentity::recorded)
                .orElse(null);
        List<String> alpn = Differences.ALPN_NOT_RECORDED.contains(name) ? List.of() : List.of("http/1.1");
        byte[] request = request(recording.path("request"));
        boolean headOnly = recording.path("request").path("head").asText().startsWith("HEAD ");
        RawTls.Response actual = RawTls.exchange(
                node.port(), request, identity, recording.path("tls_version").asText("TLSv1.3"), alpn, headOnly);
        compare(name, recording, actual, sameKeys);
    }

    /** The bytes as sent; of a body that was too large to record only the length matters. */
    private static byte[] request(JsonNode request) {
        if (request.has("raw_hex")) {
            return HexFormat.of().parseHex(request.path("raw_hex").asText());
        }
        byte[] head = (request.path("head").asText() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.copyOf(head, head.length + request.path("body_len").asInt());
    }

    private void compare(String name, JsonNode recording, RawTls.Response actual, boolean sameKeys) {
        JsonNode response = finalResponse(recording.path("response"));
        String expectedStatus = response.path("status_line").asText();
        assertThat(actual.header("x-app-version")).startsWith("v");
        if (Differences.STRICTER.containsKey(name)) {
            assertThat(actual.status()).isEqualTo(Differences.STRICTER.get(name).status());
            assertThat(text(actual)).contains(Differences.STRICTER.get(name).text());
            return;
        }
        assertThat(String.valueOf(actual.status())).isEqualTo(expectedStatus.split(" ", -1)[1]);
        String expectedType = header(response.path("head").asText(), "content-type");
        assertThat(actual.header("content-type").replace(" ", "")).isEqualTo(expectedType.replace(" ", ""));
        String expected = response.path("body_text").asText();
        if (expected.startsWith("(HTML") || actual.body().length == 0) {
            return;
        }
        if (actual.status() == 200) {
            if (sameKeys) {
                compareSuccess(name, expected, response.path("body_hex").asText(), actual);
            }
        } else {
            Differences.compareErrors(
                    error(expected, response.path("body_hex").asText()),
                    error(text(actual), HexFormat.of().formatHex(actual.body())).replace(webhook.url(), "URL"));
        }
    }

    private static void compareSuccess(String name, String expected, String expectedHex, RawTls.Response actual) {
        if (actual.header("content-type").equals("application/json")) {
            assertThat(withoutWhatDependsOnTime(Recordings.json(text(actual))))
                    .isEqualTo(withoutWhatDependsOnTime(Recordings.json(expected)));
        } else if (!Differences.TIMESTAMPED_PROTOBUF.contains(name)) {
            assertThat(HexFormat.of().formatHex(actual.body())).isEqualTo(expectedHex);
        }
    }

    private static JsonNode withoutWhatDependsOnTime(JsonNode body) {
        if (body instanceof ObjectNode object) {
            // The time of the answer, and the signature over it.
            object.remove(Set.of("timestamp", "signature_v1"));
        }
        return body;
    }

    /** After an interim answer the recording keeps the final one as the text that followed. */
    private static JsonNode finalResponse(JsonNode response) {
        if (!response.path("status_line").asText().contains(" 100 ")) {
            return response;
        }
        String text = response.path("body_text").asText();
        int split = text.indexOf("\r\n\r\n");
        ObjectNode second = Recordings.JSON.createObjectNode();
        second.put("status_line", text.substring(0, text.indexOf("\r\n")));
        second.put("head", text.substring(0, split));
        second.put("body_text", text.substring(split + 4));
        return second;
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

    /** The text of an error in either codec. */
    private static String error(String text, String hex) {
        if (text.startsWith("{")) {
            return Recordings.json(text).path("error").asText();
        }
        byte[] body = HexFormat.of().parseHex(hex);
        int length = body[1] & 0x7f;
        int start = 2;
        if (body[1] < 0) {
            length |= (body[2] & 0x7f) << 7;
            start = 3;
        }
        return new String(body, start, length, StandardCharsets.UTF_8);
    }

    private static String text(RawTls.Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String header(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
