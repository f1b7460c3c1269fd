package dev.keywarden.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** A KMS on the recorded keys that answers as a test wants, so that a receiver can be tried with sources of every kind. */
final class SourceDouble implements AutoCloseable {
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Identities identities = new Identities();
    private volatile Behaviour behaviour = SourceDouble::honest;

    /** Answers one call. */
    interface Behaviour {
        void handle(String method, HttpExchange exchange) throws IOException;
    }

    SourceDouble() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {identities}, null, null);
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            server.setExecutor(threads);
            server.createContext("/prpc/", this::handle);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String method = exchange.getRequestURI().getPath().substring("/prpc/".length());
            asked.add(method);
            behaviour.handle(method, exchange);
        }
    }

    /** Shows these certificates, one connection after the other; the last one stays. */
    SourceDouble showing(RawTls.ClientIdentity... shown) {
        identities.use(List.of(shown));
        return this;
    }

    SourceDouble behave(Behaviour next) {
        behaviour = next;
        asked.clear();
        return this;
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The methods that were called since the behaviour was set. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** What a sound source answers. */
    static ObjectNode answer(String method) {
        ObjectNode body = Recordings.JSON.createObjectNode();
        switch (method) {
            case "GetTempCaCert" ->
                body.put("temp_ca_cert", text("tmp-ca.crt"))
                        .put("temp_ca_key", text("tmp-ca.key"))
                        .put("ca_cert", text("root-ca.crt"));
            case "GetMeta" -> {
                body.put("ca_cert", text("root-ca.crt"));
                body.put("k256_pubkey", Recordings.META.get("k256_pubkey").asText());
            }
            case "GetKmsKey" -> {
                body.put("temp_ca_key", text("tmp-ca.key"));
                body.putArray("keys")
                        .addObject()
                        .put("ca_key", text("root-ca.key"))
                        .put("k256_key", k256());
            }
            default -> body.put("error", "no such method");
        }
        return body;
    }

    static void honest(String method, HttpExchange exchange) throws IOException {
        send(exchange, 200, answer(method).toString());
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String text(String name) {
        try {
            return Files.readString(Recordings.ROOT.resolve("keys-r2").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String k256() {
        try {
            return HexFormat.of()
                    .formatHex(Files.readAllBytes(
                            Recordings.ROOT.resolve("keys-r2").resolve("root-k256.key")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** The certificates to show. */
    private static final class Identities extends X509ExtendedKeyManager {
        private List<RawTls.ClientIdentity> left = List.of();
        private RawTls.ClientIdentity current;

        synchronized void use(List<RawTls.ClientIdentity> identities) {
            left = identities;
        }

        @Override
        public synchronized String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            if (!keyType.equals("EC")) {
                return null;
            }
            current = left.getFirst();
            left = left.size() > 1 ? left.subList(1, left.size()) : left;
            return "shown";
        }

        @Override
        public synchronized X509Certificate[] getCertificateChain(String alias) {
            return current.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public synchronized PrivateKey getPrivateKey(String alias) {
            return current.key();
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
