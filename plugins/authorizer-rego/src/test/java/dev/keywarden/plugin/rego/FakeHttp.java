package dev.keywarden.plugin.rego;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server that does what a test tells it. */
final class FakeHttp implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> tags = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = exchange -> send(exchange, 404, new byte[0], null);

    /** What it does with a request. */
    interface Behaviour {
        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    FakeHttp() {
        this(0);
    }

    FakeHttp(int port) {
        this(port, null);
    }

    /** @param tls what it shows its callers, or null to speak in the clear */
    FakeHttp(int port, @Nullable SSLContext tls) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            if (tls == null) {
                server = HttpServer.create(address, 0);
            } else {
                HttpsServer secure = HttpsServer.create(address, 0);
                secure.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = secure;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            tags.add(String.valueOf(exchange.getRequestHeaders().getFirst("If-None-Match")));
            try (exchange) {
                behaviour.handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    FakeHttp doing(Behaviour next) {
        behaviour = next;
        return this;
    }

    /** Serves a bundle under a tag, and 304 to whoever has that tag. */
    FakeHttp serving(byte[] bundle, String tag) {
        return doing(exchange -> {
            if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                exchange.sendResponseHeaders(304, -1);
            } else {
                send(exchange, 200, bundle, tag);
            }
        });
    }

    static void send(HttpExchange exchange, int status, byte[] body, @Nullable String tag) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (tag != null) {
            exchange.getResponseHeaders().add("ETag", tag);
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:" + port();
    }

    /** The tag of each request so far. */
    List<String> tags() {
        return tags;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
