package dev.keywarden.app.softtee;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.softtee.SoftwareTee;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves a software TEE's collateral over HTTP. A tool for tests and not part of a node, so it has the JDK's own small
 * server and not the listener that keys go out of.
 */
public final class PccsServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SoftwareTee tee;

    /**
     * Opens a port.
     *
     * @param address port 0 for any free one
     * @param seed 32 bytes of which the software TEE is made
     * @throws IOException if the port can't be opened
     */
    public PccsServer(InetSocketAddress address, byte[] seed, InstantSource clock) throws IOException {
        tee = SoftwareTee.fromSeed(seed);
        SoftwarePccs pccs = new SoftwarePccs(tee);
        server = HttpServer.create(address, 0);
        server.createContext("/", exchange -> serve(exchange, pccs, clock));
        server.setExecutor(threads);
        server.start();
    }

    private static void serve(HttpExchange exchange, SoftwarePccs pccs, InstantSource clock) throws IOException {
        try (exchange) {
            boolean read = exchange.getRequestMethod().equals("GET");
            SoftwarePccs.Answer answer = pccs.answer(exchange.getRequestURI().toString(), clock.instant());
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            int length = answer.body().length;
            exchange.sendResponseHeaders(read ? answer.status() : 405, read && length > 0 ? length : -1);
            if (read) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** The root certificate, PEM. */
    public String rootCertificate() {
        return tee.rootCertificatePem();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
