package dev.keywarden.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Sends bytes as they were recorded, over TLS, with a client certificate that the server need not have asked for by name. */
final class RawTls {
    private static final int READ_TIMEOUT_MS = 10_000;

    private RawTls() {}

    /** Who the client says it is. */
    record ClientIdentity(List<X509Certificate> chain, PrivateKey key) {
        /** One of the recorded certificates with its key; empty if it is held back. */
        static Optional<ClientIdentity> recorded(String name) {
            Path folder = Recordings.ROOT.resolve("certs-r2");
            for (Path place : List.of(folder, folder.resolve("negative"))) {
                if (Files.exists(place.resolve(name + ".crt.pem"))) {
                    return Optional.of(read(place.resolve(name + ".crt.pem"), place.resolve(name + ".key.pem")));
                }
            }
            return Optional.empty();
        }

        /** The certificate and key of the recorded node itself. */
        static ClientIdentity ofReference() {
            Path folder = Recordings.ROOT.resolve("keys-r2");
            return read(folder.resolve("rpc.crt"), folder.resolve("rpc.key"));
        }

        private static ClientIdentity read(Path certificate, Path key) {
            try (InputStream in = Files.newInputStream(certificate)) {
                X509Certificate leaf = (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(in);
                byte[] der =
                        Base64.getMimeDecoder().decode(Files.readString(key).replaceAll("-----[A-Z ]+-----", ""));
                PrivateKey parsed = KeyFactory.getInstance(leaf.getPublicKey().getAlgorithm())
                        .generatePrivate(new PKCS8EncodedKeySpec(der));
                return new ClientIdentity(List.of(leaf), parsed);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException(certificate.toString(), e);
            }
        }
    }

    /** What came back: possibly several status lines, as after {@code Expect: 100-continue}. */
    @SuppressWarnings("ArrayRecordComponent") // read once and never compared
    record Response(String head, byte[] body) {
        String statusLine() {
            int end = head.indexOf("\r\n");
            return end < 0 ? head : head.substring(0, end);
        }

        int status() {
            return Integer.parseInt(statusLine().split(" ", -1)[1]);
        }

        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** Sends and reads one response over TLS. */
    static Response exchange(
            int port, byte[] request, ClientIdentity identity, String version, List<String> alpn, boolean headOnly)
            throws IOException {
        try (SSLSocket socket = open(port, identity, version, alpn)) {
            return exchange(socket, request, headOnly);
        }
    }

    /** Sends and reads one response over plain TCP. */
    static Response exchangePlain(int port, byte[] request, boolean headOnly) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            return exchange(socket, request, headOnly);
        }
    }

    /** Sends and reads one response over a connection that stays open. */
    static Response exchange(Socket socket, byte[] request, boolean headOnly) throws IOException {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        Response response = read(socket.getInputStream(), headOnly);
        return response.status() == 100 ? read(socket.getInputStream(), headOnly) : response;
    }

    /** Sends and reads one response on a connection that stays open. */
    static Response exchangeOn(SSLSocket socket, byte[] request) throws IOException {
        return exchange(socket, request, false);
    }

    static SSLSocket open(int port, ClientIdentity identity, String version, List<String> alpn) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new AlwaysThis(identity)}, new TrustManager[] {new TrustsAnyone()}, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(READ_TIMEOUT_MS);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            parameters.setApplicationProtocols(alpn.toArray(String[]::new));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a server that shows one certificate and takes any. */
    static SSLContext serverContext(ClientIdentity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new AlwaysThis(identity)}, new TrustManager[] {new TrustsAnyone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Response read(InputStream in, boolean headOnly) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection was closed after " + head.size() + " bytes of the head");
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1).strip();
        Response withoutBody = new Response(text, new byte[0]);
        String length = withoutBody.header("content-length");
        if (headOnly || length.isEmpty()) {
            return withoutBody;
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length != Integer.parseInt(length)) {
            throw new IOException("the body was cut short");
        }
        return new Response(text, body);
    }

    /** Presents one certificate whatever the server asks for. */
    private static final class AlwaysThis extends X509ExtendedKeyManager {
        private static final String ALIAS = "client";
        private final ClientIdentity identity;

        AlwaysThis(ClientIdentity identity) {
            this.identity = identity;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return identity == null ? null : ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return identity == null ? null : ALIAS;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return identity == null ? null : new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return identity.key().getAlgorithm().equals(keyType) ? ALIAS : null;
        }
    }

    private static final class TrustsAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
