package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The older revision with {@code quote_enabled = false}, from bootstrap on, as it was recorded. */
@Tag("blackbox")
final class NoQuoteReplayTest {
    private static final String FOLDER = "noquote-r1";

    /** SHA-256 of the recorded token, {@code secret}. */
    private static final String TOKEN_DIGEST = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @TempDir
    private Path directory;

    @Test
    void answersAsRecorded() throws IOException {
        try (WebhookDouble webhook = new WebhookDouble();
                TestNode node = TestNode.start(
                        new TestNode.Configuration(directory)
                                .webhook(webhook.url())
                                .onboard("quote_enabled = false\ninsecure_allow_unattested_handover = true")
                                .core("admin_token_hash = \"" + TOKEN_DIGEST + "\"")
                                .image("cache_dir = \"" + directory.resolve("cache") + "\""),
                        "onboarding")) {
            Path image = Files.createDirectories(directory.resolve("cache/images/00ff"));
            for (Path file : Recordings.transcripts(FOLDER)) {
                Transcript transcript = Transcript.of(file);
                boolean onboarding =
                        transcript.name().startsWith("01") || transcript.name().startsWith("02");
                if (onboarding) {
                    transcript.compare(
                            FOLDER, RawTls.exchangePlain(node.port(), transcript.request(), false), webhook.url());
                } else {
                    node.awaitServing();
                    transcript.compare(FOLDER, serving(node, transcript.request()), webhook.url(), false);
                }
                assertThat(Files.exists(image))
                        .as("the cached image after " + transcript.name())
                        .isEqualTo(transcript.name().compareTo("09") < 0);
            }
            assertThat(node.process().err()).contains("THIS NODE GIVES ITS ROOT KEYS TO ANYONE WHO ASKS");
        }
    }

    @Test
    void takesNoTokenButTheConfiguredOne() throws IOException {
        try (WebhookDouble webhook = new WebhookDouble();
                TestNode node = TestNode.start(
                        new TestNode.Configuration(directory)
                                .webhook(webhook.url())
                                .autoBootstrap()
                                .core("admin_token_hash = \"" + TOKEN_DIGEST + "\""),
                        "serving")) {
            for (String token : List.of("", "Secret", "secret ", TOKEN_DIGEST)) {
                RawTls.Response response = serving(node, post("{\"token\":\"" + token + "\",\"image_hash\":\"all\"}"));
                assertThat(response.status()).as(token).isEqualTo(400);
                assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("Invalid token");
            }
        }
    }

    private static byte[] post(String body) {
        return ("POST /prpc/KMS.ClearImageCache?json HTTP/1.1\r\nHost: kms\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static RawTls.Response serving(TestNode node, byte[] request) throws IOException {
        return RawTls.exchange(node.port(), request, null, "TLSv1.3", List.of("http/1.1"), false);
    }

    @Test
    void knowsTheDigestOfTheRecordedToken() throws Exception {
        assertThat(HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256").digest("secret".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(TOKEN_DIGEST);
    }
}
