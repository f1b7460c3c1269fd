package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections are kept, lost and given up. */
@Timeout(30)
final class WebhookClientTest {
    private static final FakeService.Behaviour ALLOWING = FakeService.answering(FakeService.ALLOWS);

    @Test
    void keepsItsConnection() throws Exception {
        try (FakeService service = FakeService.doing(ALLOWING);
                WebhookClient client = client(service)) {
            for (int i = 0; i < 5; i++) {
                ask(client, service);
            }
            assertThat(service.connectionsAccepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close", "Connection: x, Close", "Transfer-Encoding: identity"})
    void doesNotKeepAConnectionThatTheServiceWillClose(String field) throws Exception {
        FakeService.Behaviour closing =
                FakeService.answering("200 OK", field + "\r\n", FakeService.ALLOWS.getBytes(UTF_8));
        try (FakeService service = FakeService.doing(closing, ALLOWING);
                WebhookClient client = client(service)) {
            assertThat(client.ask(post(service)).status()).isBetween(200, 299);
            ask(client, service);
            assertThat(service.connectionsAccepted()).isEqualTo(2);
        } catch (NoAnswerException e) {
            // The parser refuses the transfer encoding outright, which keeps no connection either.
            assertThat(e).hasMessageContaining("HTTP/1.1");
        }
    }

    @Test
    void noticesThatTheServiceClosedAKeptConnection() throws Exception {
        try (FakeService service = FakeService.doing(ALLOWING);
                WebhookClient client = client(service)) {
            ask(client, service);
            service.dropConnections();
            service.awaitEnded(1);
            ask(client, service);
            assertThat(service.requests()).hasSize(2);
            assertThat(service.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void survivesARestartOfTheService() throws Exception {
        FakeService first = FakeService.doing(ALLOWING);
        try (WebhookClient client = client(first)) {
            ask(client, first);
            int port = first.port();
            first.close();
            first.awaitEnded(1);
            try (FakeService second = FakeService.again(port, ALLOWING)) {
                ask(client, second);
                assertThat(second.requests()).hasSize(1);
            }
        }
    }

    /** The service closes a kept connection in the moment in which a question is on its way. */
    @Test
    void asksOnceMoreIfAKeptConnectionEndsBeforeTheAnswerBegins() throws Exception {
        FakeService.Behaviour closing = (connection, out) -> connection.close();
        try (FakeService service = FakeService.doing(ALLOWING, closing, ALLOWING);
                WebhookClient client = client(service)) {
            ask(client, service);
            ask(client, service);
            assertThat(service.requests()).hasSize(3);
            assertThat(service.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void asksOnceMoreOnlyOnce() throws Exception {
        FakeService.Behaviour closing = (connection, out) -> connection.close();
        try (FakeService service = FakeService.doing(ALLOWING, closing, closing, ALLOWING);
                WebhookClient client = client(service)) {
            ask(client, service);
            assertThatThrownBy(() -> ask(client, service)).isInstanceOf(NoAnswerException.class);
            assertThat(service.requests()).hasSize(3);
        }
    }

    @Test
    void doesNotAskAgainOnceTheAnswerHasBegun() throws Exception {
        try (FakeService service = FakeService.doing(ALLOWING, FakeService.sending("H"), ALLOWING);
                WebhookClient client = client(service)) {
            ask(client, service);
            assertThatThrownBy(() -> ask(client, service)).isInstanceOf(NoAnswerException.class);
            assertThat(service.requests()).hasSize(2);
        }
    }

    @Test
    void doesNotAskAgainAfterATimeout() throws Exception {
        try (FakeService service = FakeService.doing(ALLOWING, FakeService.hanging(), ALLOWING);
                WebhookClient client = client(service, Duration.ofMillis(200), 4)) {
            ask(client, service);
            assertThatThrownBy(() -> ask(client, service)).hasMessage("did not answer within 200 ms (timeout)");
            assertThat(service.requests()).hasSize(2);
        }
    }

    /** What comes unasked must not be taken for the answer to the next question. */
    @Test
    void dropsAConnectionOnWhichSomethingCameUnasked() throws Exception {
        String denial = "{\"isAllowed\":false,\"gatewayAppId\":\"\",\"reason\":\"\"}";
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + denial.length() + "\r\n\r\n" + denial;
        String unasked =
                "HTTP/1.1 200 OK\r\nContent-Length: " + FakeService.ALLOWS.length() + "\r\n\r\n" + FakeService.ALLOWS;
        FakeService.Behaviour twice = (connection, out) -> out.write((answer + unasked).getBytes(UTF_8));
        try (FakeService service = FakeService.doing(twice);
                WebhookClient client = client(service)) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask(post(service)).body()).asString(UTF_8).isEqualTo(denial);
            }
        }
    }

    @Test
    void losesNoConnectionAndNoPermitToTimeouts() throws Exception {
        try (FakeService service = FakeService.doing(
                        FakeService.hanging(), FakeService.hanging(), FakeService.hanging(), ALLOWING);
                WebhookClient client = client(service, Duration.ofMillis(100), 1)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> ask(client, service)).hasMessageContaining("did not answer within");
            }
            service.awaitEnded(3);
            assertThat(service.connectionsOpen()).isZero();
            ask(client, service);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesUpWhenInterrupted(boolean virtual) throws Exception {
        try (FakeService service = FakeService.doing(FakeService.hanging(), ALLOWING);
                WebhookClient client = client(service, Duration.ofSeconds(60), 1)) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            AtomicReference<Boolean> stillInterrupted = new AtomicReference<>();
            Runnable asking = () -> {
                try {
                    ask(client, service);
                } catch (NoAnswerException e) {
                    thrown.set(e);
                    stillInterrupted.set(Thread.currentThread().isInterrupted());
                }
            };
            Thread thread = virtual
                    ? Thread.ofVirtual().start(asking)
                    : Thread.ofPlatform().start(asking);
            service.awaitFirstRequest();
            thread.interrupt();
            thread.join();

            assertThat(thrown.get()).hasMessage("was not waited for any longer");
            assertThat(stillInterrupted.get()).isTrue();
            service.awaitEnded(1);
            assertThat(service.connectionsOpen()).isZero();
            ask(client, service);
        }
    }

    @Test
    void asksManyQuestionsAtOnceOnNoMoreConnectionsThanAllowed() throws Exception {
        try (FakeService service = FakeService.doing(ALLOWING);
                WebhookClient client = client(service, Duration.ofSeconds(30), 3);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(threads.submit(() -> client.ask(post(service))));
            }
            for (Future<HttpAnswer> answer : answers) {
                assertThat(answer.get().body()).asString(UTF_8).isEqualTo(FakeService.ALLOWS);
            }
            assertThat(service.connectionsAccepted()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void saysThatAllConnectionsAreBusy() throws Exception {
        try (FakeService service = FakeService.doing(FakeService.hanging());
                WebhookClient client = client(service, Duration.ofMillis(300), 1);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpAnswer> one = threads.submit(() -> client.ask(post(service)));
            Future<HttpAnswer> other = threads.submit(() -> client.ask(post(service)));
            List<String> messages = new ArrayList<>();
            for (Future<HttpAnswer> answer : List.of(one, other)) {
                assertThatThrownBy(answer::get)
                        .isInstanceOf(ExecutionException.class)
                        .satisfies(e -> messages.add(String.valueOf(e.getCause())));
            }
            assertThat(messages).anySatisfy(message -> assertThat(message).contains("did not answer within 300 ms"));
        }
    }

    @Test
    void closesItsConnectionsWhenClosed() throws Exception {
        try (FakeService service = FakeService.doing(ALLOWING)) {
            WebhookClient client = client(service);
            ask(client, service);
            client.close();
            service.awaitEnded(1);
            assertThat(service.connectionsOpen()).isZero();
        }
    }

    @Test
    void refusesQuestionsAfterItWasClosed() throws Exception {
        try (FakeService service = FakeService.doing(ALLOWING)) {
            WebhookClient client = client(service);
            client.close();
            assertThatThrownBy(() -> ask(client, service)).hasMessage("is not asked any longer: the plugin was closed");
            assertThat(service.requests()).isEmpty();
        }
    }

    private static WebhookClient client(FakeService service) {
        return client(service, Duration.ofSeconds(30), 4);
    }

    private static WebhookClient client(FakeService service, Duration timeout, int maxConnections) {
        return new WebhookClient(
                Endpoint.parse(service.url(), Wire.R1),
                new ClientLimits(timeout, Duration.ofSeconds(5), 65_536, maxConnections),
                null);
    }

    private static byte[] post(FakeService service) {
        return Endpoint.parse(service.url(), Wire.R1).post("bootAuth/app", "{}".getBytes(UTF_8));
    }

    private static void ask(WebhookClient client, FakeService service) throws NoAnswerException {
        assertThat(client.ask(post(service)).body()).asString(UTF_8).isEqualTo(FakeService.ALLOWS);
    }
}
