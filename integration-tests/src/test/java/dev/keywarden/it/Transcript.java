package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * One recorded exchange of the reference: what was sent, and what an answer is held against.
 *
 * @param name as the file's, without its ending
 */
record Transcript(String name, JsonNode recording) {
    static Transcript of(Path file) {
        return new Transcript(Differences.nameOf(file), Recordings.json(file));
    }

    /** The bytes as sent; of a body that was too large to record only the length matters. */
    byte[] request() {
        JsonNode request = recording.path("request");
        if (request.has("raw_hex")) {
            return HexFormat.of().parseHex(request.path("raw_hex").asText());
        }
        byte[] head = (request.path("head").asText() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.copyOf(head, head.length + request.path("body_len").asInt());
    }

    /** Whether the answer has no body because the request was a HEAD. */
    boolean headOnly() {
        return recording.path("request").path("head").asText().startsWith("HEAD ");
    }

    /**
     * Compares status, content type and body, with the exceptions that {@link Differences} names.
     *
     * @param folder where the recording lies
     * @param webhook address of the webhook, which stands in some errors
     * @param sameKeys whether the node has the keys of the one that was recorded, so that successes can be compared
     */
    void compare(String folder, RawTls.Response actual, String webhook, boolean sameKeys) {
        assertThat(actual.header("x-app-version")).startsWith("v");
        compareAnswer(folder, actual, webhook, sameKeys);
    }

    /** As the other, at a listener of plain HTTP, where no key is the recorded one's. */
    void compare(String folder, RawTls.Response actual, String webhook) {
        compareAnswer(folder, actual, webhook, false);
    }

    private void compareAnswer(String folder, RawTls.Response actual, String webhook, boolean sameKeys) {
        JsonNode response = finalResponse(recording.path("response"));
        String expectedStatus = response.path("status_line").asText();
        Differences.Instead instead = Differences.insteadOf(folder, name);
        if (instead != null) {
            assertThat(actual.status()).isEqualTo(instead.status());
            assertThat(text(actual)).contains(instead.text());
            return;
        }
        assertThat(String.valueOf(actual.status())).isEqualTo(expectedStatus.split(" ", -1)[1]);
        String expectedType = header(response.path("head").asText(), "content-type");
        assertThat(actual.header("content-type").replace(" ", "")).isEqualTo(expectedType.replace(" ", ""));
        String expected = response.path("body_text").asText();
        if (expected.startsWith("(HTML") || actual.body().length == 0) {
            return;
        }
        if (name.equals("159-metrics")) {
            Differences.compareMetrics(expected, text(actual));
        } else if (actual.status() == 200) {
            if (sameKeys) {
                compareSuccess(name, expected, response.path("body_hex").asText(), actual);
            }
        } else {
            Differences.compareErrors(
                    error(expected, response.path("body_hex").asText()),
                    error(text(actual), HexFormat.of().formatHex(actual.body())).replace(webhook, "URL"));
        }
    }

    private static void compareSuccess(String name, String expected, String expectedHex, RawTls.Response actual) {
        if (expected.startsWith("{\"certificate_chain\"")) {
            Chains.compare(Recordings.json(expected), Recordings.json(text(actual)));
        } else if (actual.header("content-type").equals("application/json")) {
            assertThat(withoutWhatDependsOnTime(Recordings.json(text(actual))))
                    .isEqualTo(withoutWhatDependsOnTime(Recordings.json(expected)));
        } else if (!Differences.TIMESTAMPED_PROTOBUF.contains(name)) {
            assertThat(Differences.withoutPluginSet(HexFormat.of().formatHex(actual.body())))
                    .isEqualTo(expectedHex);
        }
    }

    private static JsonNode withoutWhatDependsOnTime(JsonNode body) {
        if (body instanceof ObjectNode object) {
            // The time of the answer, and the signature over it.
            object.remove(Set.of("timestamp", "signature_v1"));
            // Keywarden's own field of GetMeta.
            object.remove("plugin_set");
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
