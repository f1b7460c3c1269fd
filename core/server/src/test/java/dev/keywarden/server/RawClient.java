package dev.keywarden.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** An HTTP client that sends exactly the bytes it is told to. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 120_000;

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** One response. */
    record Response(String statusLine, Map<String, String> headers, String text) {
        int status() {
            return Integer.parseInt(statusLine.split(" ", 3)[1]);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    static RawClient plain(InetSocketAddress address) throws IOException {
        return new RawClient(new Socket(address.getAddress(), address.getPort()));
    }

    static RawClient tls(InetSocketAddress address) throws IOException {
        return tls(address, "TLSv1.3", null);
    }

    static RawClient tls(
            InetSocketAddress address, String version, TestCertificates.@Nullable Identity identity, String... alpn)
            throws IOException {
        SSLSocket socket =
                (SSLSocket) context(identity).getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setEnabledProtocols(new String[] {version});
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new RawClient(socket);
    }

    X509Certificate serverCertificate() throws IOException {
        return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }

    String alpn() {
        return ((SSLSocket) socket).getApplicationProtocol();
    }

    Socket socket() {
        return socket;
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** The next response, whose body is as long as its header says. */
    Response receive() throws IOException {
        Response head = receiveHead();
        byte[] body = in.readNBytes(Integer.parseInt(head.headers().getOrDefault("content-length", "0")));
        return new Response(head.statusLine(), head.headers(), new String(body, StandardCharsets.UTF_8));
    }

    /** The next response without its body, as after {@code HEAD}. */
    Response receiveHead() throws IOException {
        String status = line();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Response(status, headers, "");
    }

    /** Whether the server has closed its side without another byte. */
    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    /** The same of a server that may leave bytes unread, which the system tells as a reset. */
    boolean isCut() throws IOException {
        try {
            return isAtEnd();
        } catch (SocketException e) {
            return true;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed after: " + line.toString(StandardCharsets.UTF_8));
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads until the server closes, in whatever manner. */
    void drain() {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException("the server keeps the connection open", e);
        } catch (IOException e) {
            // Reset: closed as well.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Connects again and again with the sessions of before on offer. */
    static Repeat repeatedly(InetSocketAddress address, TestCertificates.Identity identity) {
        return new Repeat(address, context(identity));
    }

    /** See {@link #repeatedly}. */
    record Repeat(InetSocketAddress address, SSLContext context) {
        /** Makes a connection and a request; what tells its TLS session from others. */
        String session(String version, String request) throws IOException {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", address.getPort());
            socket.setEnabledProtocols(new String[] {version});
            try (RawClient client = new RawClient(socket)) {
                client.send(request).receive();
                return HexFormat.of().formatHex(socket.getSession().getId());
            }
        }
    }

    private static SSLContext context(TestCertificates.@Nullable Identity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS", "SunJSSE");
            context.init(
                    identity == null ? null : new KeyManager[] {new OneKey(identity)},
                    new TrustManager[] {new TrustAll()},
                    new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Presents one certificate whatever issuers the server names. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private final TestCertificates.Identity identity;

        OneKey(TestCertificates.Identity identity) {
            this.identity = identity;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "client";
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"client"};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {identity.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.keys().getPrivate();
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
