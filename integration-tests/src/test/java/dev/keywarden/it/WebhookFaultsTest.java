package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.keywarden.rpc.RpcException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A policy service that misbehaves never gets a key released, and the refusal names it. */
@Tag("blackbox")
final class WebhookFaultsTest {
    private static final String HTML = "<html><body>proxy login</body></html>";

    @TempDir
    private static Path directory;

    private static WebhookDouble webhook;
    private static TestNode node;
    private static CountDownLatch release;

    @BeforeAll
    static void start() {
        webhook = new WebhookDouble();
        release = new CountDownLatch(1);
        TestNode.Configuration configuration = new TestNode.Configuration(directory)
                .webhook(webhook.url())
                .autoBootstrap()
                .table("[core.authorization.webhook]\ntimeout = \"1s\"");
        node = TestNode.start(configuration, "serving");
    }

    @AfterAll
    static void stop() {
        release.countDown();
        if (node != null) {
            node.close();
        }
        webhook.close();
    }

    private record Fault(String name, WebhookDouble.Behaviour behaviour, String text) {}

    private static WebhookDouble.Behaviour answering(int status, String body) {
        return WebhookDouble.Behaviour.answering(question -> WebhookDouble.Reply.json(status, body));
    }

    private static void redirect(WebhookDouble.Question question, HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Location", webhook.url() + "/allow");
        exchange.sendResponseHeaders(302, -1);
    }

    private static void hang(WebhookDouble.Question question, HttpExchange exchange) {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tenMebibytes(WebhookDouble.Question question, HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 10L << 20);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(new byte[10 << 20]);
        }
    }

    @TestFactory
    Stream<DynamicTest> defect24DeniesAndNamesTheWebhook() {
        String url = webhook.url();
        return Stream.of(
                        new Fault(
                                "hangs",
                                WebhookFaultsTest::hang,
                                "auth api " + url + "/bootAuth/kms did not answer within 1 s"),
                        new Fault("closes", (question, exchange) -> exchange.close(), url),
                        new Fault(
                                "sends 500", answering(500, "boom"), "auth api " + url + "/bootAuth/kms returned 500"),
                        new Fault("sends HTML", answering(200, HTML), "failed to decode response from " + url),
                        new Fault("sends 10 MiB", WebhookFaultsTest::tenMebibytes, url),
                        new Fault("redirects", WebhookFaultsTest::redirect, url),
                        new Fault(
                                "quotes a boolean",
                                answering(200, "{\"isAllowed\":\"true\",\"gatewayAppId\":\"\",\"reason\":\"\"}"),
                                "failed to decode response from " + url),
                        new Fault(
                                "forgets a field",
                                answering(200, "{\"isAllowed\":true}"),
                                "failed to decode response from " + url))
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> refuses(fault)));
    }

    private void refuses(Fault fault) {
        webhook.behave(fault.behaviour());
        long start = System.nanoTime();
        assertThatThrownBy(() -> Guest.tempCa(node.url()))
                .isInstanceOf(RpcException.class)
                .hasMessageContaining("status=400")
                .hasMessageContaining("KMS self authorization failed: Failed to call self KMS auth check: ")
                .hasMessageContaining(fault.text());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void servesAgainWhenTheWebhookIsBack() {
        webhook.behave(answering(500, "boom"));
        assertThatThrownBy(() -> Guest.tempCa(node.url())).isInstanceOf(RpcException.class);
        webhook.behave(WebhookDouble.Behaviour.allowAll());
        assertThat(new Guest(Guest.APP_ID)
                        .takeKeys(node.url())
                        .getDiskCryptKey()
                        .size())
                .isEqualTo(32);
    }

    @Test
    void deniesAnAppInTheWebhooksOwnWords() {
        webhook.behave(WebhookDouble.Behaviour.denyingApp("1111", "no such app, \u00fcberhaupt"));
        assertThatThrownBy(() -> new Guest(Guest.APP_ID).takeKeys(node.url()))
                .hasMessageContaining("App not allowed: Boot denied: no such app, \u00fcberhaupt");
    }
}
