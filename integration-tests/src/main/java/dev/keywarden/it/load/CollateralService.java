package dev.keywarden.it.load;

import com.sun.net.httpserver.HttpServer;
import dev.keywarden.softtee.SoftwarePccs;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** The collateral service of the software TEE whose guests ask for keys; a node asks it once. */
final class CollateralService implements AutoCloseable {
    private final HttpServer server;
    private final SoftwareTee tee;

    CollateralService(Bytes seed) throws IOException {
        tee = SoftwareTee.fromSeed(seed.toArray());
        SoftwarePccs pccs = new SoftwarePccs(tee);
        InstantSource clock = InstantSource.system();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                SoftwarePccs.Answer answer =
                        pccs.answer(exchange.getRequestURI().toString(), clock.instant());
                answer.headers().forEach(exchange.getResponseHeaders()::set);
                int length = answer.body().length;
                exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
                exchange.getResponseBody().write(answer.body());
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Writes the root certificate into a folder. */
    Path root(Path folder) throws IOException {
        return Files.writeString(folder.resolve("software-root.pem"), tee.rootCertificatePem());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
