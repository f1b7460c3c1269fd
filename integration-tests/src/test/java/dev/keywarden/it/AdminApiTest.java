package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What administrators ask and do over the admin listener, that it is on record, and who is not listened to. */
@Tag("blackbox")
final class AdminApiTest {
    private static final String TOKEN = "sekret";
    private static final int GUESSES = 400;
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path home;

    private final int port = Ports.free();

    private TestNode.Configuration configuration(WebhookDouble webhook) throws IOException {
        TestNode.Configuration configuration = new TestNode.Configuration(home)
                .autoBootstrap()
                .webhook(webhook.url())
                .table("[core.admin]\nenabled = true\nport = " + port + "\nauth_token = \"" + TOKEN + "\"");
        Recordings.copyKeys(configuration.certDir());
        return configuration;
    }

    @Test
    void answersWhatIsAskedAndRecordsWhatIsDone() throws IOException {
        try (WebhookDouble webhook = new WebhookDouble();
                TestNode node = TestNode.start(configuration(webhook), "serving")) {
            webhook.behave(WebhookDouble.Behaviour.denyingApp("11", "not this week"));
            String refusal = refusal(node);

            JsonNode chain = ask("Chain", "{}");
            assertThat(chain.get("chain").toString()).isEqualTo("[\"webhook\"]");
            assertThat(chain.get("combine").asText()).isEqualTo("all");
            JsonNode plugins = ask("Plugins", "{}");
            assertThat(plugins.get("plugins").findValuesAsText("id")).contains("webhook", "mock");
            assertThat(plugins.get("plugin_set").asText()).hasSize(64);
            assertThat(ask("Shadow", "{}").path("shadows")).isEmpty();

            JsonNode records =
                    ask("Records", "{\"outcome\":\"deny\",\"last\":1}").get("records");
            JsonNode record = Recordings.json(records.get(0).asText());
            assertThat(record.get("reason").asText()).isEqualTo("not this week");
            assertThat(refusal).contains("not this week");
            JsonNode explained =
                    ask("Explain", "{\"record\":\"" + record.get("request_id").asText() + "\"}");
            assertThat(explained.get("verdict").asText()).isEqualTo("deny");
            assertThat(explained.at("/answers/0/to_allow").asText()).contains("isAllowed = true");
            assertThat(explained.get("notes").toString()).contains("verifies again to the same machine");
            assertThat(ask("Explain", "{}").get("error").asText()).contains("nothing to explain");
            assertThat(ask("Explain", "{\"record\":\"nobody\"}").get("error").asText())
                    .contains("no decision has the number or the request id nobody");
            assertThat(ask("Rollback", "{}").get("error").asText()).contains("no generation to go back to");

            List<JsonNode> acts = Files.readAllLines(home.resolve("audit/decisions.jsonl")).stream()
                    .map(Recordings::json)
                    .filter(line -> line.get("kind").asText().equals("admin"))
                    .toList();
            assertThat(acts)
                    .extracting(act ->
                            act.get("act").asText() + " " + act.get("outcome").asText())
                    .containsExactly(
                            "Records done", "Explain done", "Explain refused", "Explain refused", "Rollback refused");
            assertThat(acts).allSatisfy(act -> {
                assertThat(act.get("user").asText()).isEqualTo("token");
                assertThat(act.get("untrusted_remote").asText()).contains("127.0.0.1:");
            });
        }
    }

    private static String refusal(TestNode node) {
        try {
            new Guest(Guest.APP_ID).takeKeys(node.url());
            throw new AssertionError("it was not refused");
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** A hundred guesses are free; after that an address is not listened to, and is again after a while. */
    @Test
    void whoeverGuessesIsNotListenedTo() throws Exception {
        try (WebhookDouble webhook = new WebhookDouble();
                TestNode node = TestNode.start(configuration(webhook), "serving")) {
            assertThat(status("Chain", "")).isEqualTo(401);
            int refused = 0;
            for (int guess = 0; guess < GUESSES && refused != 429; guess++) {
                refused = status("Chain", "X-Admin-Token: guess" + guess + "\r\n");
                assertThat(refused).isIn(401, 429);
            }
            assertThat(refused).isEqualTo(429);
            // Without credentials nothing was guessed, so nothing is counted.
            assertThat(status("Chain", "")).isEqualTo(401);
            node.process().awaitLogLine(line -> line.contains("keeps guessing credentials"), SOON);
            assertThat(Await.until(SOON, () -> status("Chain", "X-Admin-Token: " + TOKEN + "\r\n") == 200))
                    .isTrue();
        }
    }

    /** A balancer learns that the node is about to stop before any request is refused. */
    @Test
    void saysThatItIsNotReadyBeforeItStops() throws Exception {
        try (WebhookDouble webhook = new WebhookDouble();
                TestNode node = TestNode.start(configuration(webhook).rpc("shutdown_delay = \"8s\""), "serving")) {
            JsonNode ready = health();
            assertThat(ready.get("ready").asBoolean()).isTrue();
            assertThat(ready.get("dependencies").toString())
                    .isEqualTo(
                            "{\"root_keys\":\"ok\",\"records\":\"ok\",\"plugins\":\"generation 1\",\"node\":\"ok\"}");

            new ProcessBuilder("kill", "-TERM", Long.toString(node.process().pid()))
                    .start()
                    .waitFor();
            long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            while (health().get("ready").asBoolean()) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
            assertThat(health().at("/dependencies/node").asText()).isEqualTo("stopping");
            new Guest(Guest.APP_ID).takeKeys(node.url());
            assertThat(node.process().awaitEnd(Duration.ofSeconds(30))).isEqualTo(143);
        }
    }

    private JsonNode health() throws IOException {
        return Recordings.json(body(exchange("GET /health/ready", "X-Admin-Token: " + TOKEN + "\r\n", "")));
    }

    private JsonNode ask(String method, String body) throws IOException {
        return Recordings.json(
                body(exchange("POST /prpc/Admin." + method + "?json", "X-Admin-Token: " + TOKEN + "\r\n", body)));
    }

    private int status(String method, String headers) {
        try {
            return exchange("POST /prpc/Admin." + method + "?json", headers, "{}")
                    .status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String body(RawTls.Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private RawTls.Response exchange(String request, String headers, String body) throws IOException {
        return RawTls.exchangePlain(
                port,
                (request + " HTTP/1.1\r\nHost: x\r\n" + headers + "Content-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII),
                false);
    }
}
