package dev.keywarden.plugin.webhook;

import com.sun.net.httpserver.HttpServer;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.testkit.AuthorizerContract;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

/** What every authorizer promises, with a service that allows one app. */
final class WebhookContractTest extends AuthorizerContract {
    private static final String ALLOWED = "11".repeat(20);

    private final List<AutoCloseable> services = new ArrayList<>();

    @AfterEach
    void closeServices() throws Exception {
        for (AutoCloseable service : services) {
            service.close();
        }
    }

    @Override
    protected Authorizer openAuthorizer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/bootAuth/", exchange -> {
            String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean allowed = question.contains(ALLOWED);
            byte[] answer = "{\"isAllowed\":%s,\"gatewayAppId\":\"\",\"reason\":\"%s\"}"
                    .formatted(allowed, allowed ? "" : "not on the list")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        services.add(() -> {
            server.stop(0);
            threads.close();
        });
        return asking("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    protected AuthorizationRequest allowed() {
        return Requests.app(BootInfoBuilder.machine().appId(ALLOWED).build());
    }

    @Override
    protected AuthorizationRequest denied() {
        return Requests.app(BootInfoBuilder.machine().build());
    }

    @Override
    protected List<Authorizer> openUnable() throws IOException {
        FakeService gone = FakeService.doing(FakeService.hanging());
        gone.close();
        return List.of(
                asking(gone.url()),
                asking(service(FakeService.answering("500 Oops", "", new byte[0]))),
                asking(service(FakeService.answering("<!DOCTYPE html>"))),
                asking(service(FakeService.answering("{\"isAllowed\":true}"))));
    }

    @Override
    protected Authorizer openHanging() throws IOException {
        return asking(service(FakeService.hanging()));
    }

    private String service(FakeService.Behaviour behaviour) throws IOException {
        FakeService service = FakeService.doing(behaviour);
        services.add(service);
        return service.url();
    }

    private static Authorizer asking(String url) {
        return Questions.authorizer(Questions.settings(url));
    }
}
