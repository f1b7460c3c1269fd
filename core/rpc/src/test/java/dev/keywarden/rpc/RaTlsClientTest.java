package dev.keywarden.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.keywarden.rpc.proto.AppId;
import dev.keywarden.rpc.proto.PublicKeyResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trust rules are those of the reference's guest against servers that are not the reference, as recorded. */
final class RaTlsClientTest {
    private static final String ANSWER = "{\"public_key\":\"0a\",\"unknown\":1}";

    private final TestAuthority authority = new TestAuthority();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicReference<String> seen = new AtomicReference<>("");
    private final AtomicInteger clientCertificateBytes = new AtomicInteger(-1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpsServer server;

    RaTlsClientTest() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeAll
    static void raiseLimitsBeforeTheFirstConnection() {
        JsseSettings.apply();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void callsWithJson() {
        serve(authority.server("kms:rpc"), answering(200, ANSWER));

        try (RaTlsClient client = trusting(url())) {
            RaTlsClient.Answer<PublicKeyResponse> answer = echo(client);

            assertThat(answer.message().getPublicKey()).isEqualTo(ByteString.copyFrom(new byte[] {10}));
            assertThat(answer.server().getSubjectX500Principal().getName()).isEqualTo("CN=localhost");
            assertThat(seen.get()).isEqualTo("POST /prpc/Echo?json {\"app_id\":\"ff\"}");
        }
    }

    @Test
    void callsWithProtobuf() {
        byte[] answer = PublicKeyResponse.newBuilder().setTimestamp(7).build().toByteArray();
        serve(authority.server("kms:rpc"), exchange -> respond(exchange, 200, answer));

        try (RaTlsClient client =
                RaTlsClient.to(url()).trustingUnverifiedServer().protobuf().build()) {
            assertThat(echo(client).message().getTimestamp()).isEqualTo(7);
            assertThat(seen.get()).startsWith("POST /prpc/Echo ");
        }
    }

    @Test
    void sendsNullForEmpty() {
        serve(authority.server(null), answering(200, "null"));

        try (RaTlsClient client =
                RaTlsClient.to(url()).trustingUnverifiedServer().build()) {
            client.call("Finish", Empty.getDefaultInstance(), Empty.getDefaultInstance());

            assertThat(seen.get()).isEqualTo("POST /prpc/Finish?json null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "///", "/prpc", "/prpc/", "/prpc//"})
    void findsTheServiceBehindEverySpelling(String end) {
        serve(authority.server("kms:rpc"), answering(200, ANSWER));

        try (RaTlsClient client = trusting(url() + end)) {
            echo(client);

            assertThat(seen.get()).startsWith("POST /prpc/Echo?json ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "127.0.0.1:1", "http://127.0.0.1:1", "https://", "https://a b", "https://h?x=1", "ftp://h"})
    void refusesWhatIsNotAnAddress(String url) {
        assertThatThrownBy(() -> RaTlsClient.to(url))
                .isInstanceOf(RpcException.class)
                .hasMessageContaining("is not an address like https://host:8000");
    }

    @Test
    void wantsToBeToldWhomToTrust() {
        RaTlsClient.Builder undecided = RaTlsClient.to("https://localhost");

        assertThatThrownBy(undecided::build).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void acceptsNamesAndAddresses() {
        serve(authority.server("kms:rpc"), answering(200, ANSWER));

        try (RaTlsClient client =
                trusting("https://localhost:" + server.getAddress().getPort())) {
            echo(client);
        }
    }

    @Test
    void refusesAServerWithoutUsageBeforeItSendsAnything() {
        serve(authority.server(null), answering(200, ANSWER));

        refusal("Missing server cert usage");
    }

    @Test
    void refusesAServerMeantForSomethingElseBeforeItSendsAnything() {
        serve(authority.server("app:custom"), answering(200, ANSWER));

        refusal("Invalid server cert usage: app:custom");
    }

    @Test
    void refusesAServerWhoseNameStandsInTheSubjectOnly() {
        serve(authority.server("kms:rpc", new GeneralName[0]), answering(200, ANSWER));

        refusal(
                "https://localhost:" + server.getAddress().getPort(),
                "server certificate has no subject alternative name");
    }

    @Test
    void refusesAnAddressThatStandsThereAsAName() {
        serve(authority.server("kms:rpc", new GeneralName(GeneralName.dNSName, "127.0.0.1")), answering(200, ANSWER));

        refusal("the server's certificate is not trusted");
    }

    @Test
    void refusesAnotherName() {
        serve(authority.server("kms:rpc", new GeneralName(GeneralName.dNSName, "other.test")), answering(200, ANSWER));

        refusal("the server's certificate is not trusted");
    }

    @Test
    void refusesAnotherAuthorityOfTheSameName() {
        serve(new TestAuthority().server("kms:rpc"), answering(200, ANSWER));

        refusal("the server's certificate is not trusted");
    }

    @Test
    void refusesAnExpiredServer() {
        serve(authority.expiredServer(), answering(200, ANSWER));

        refusal("the server's certificate is not trusted");
    }

    @Test
    void acceptsAnyoneWhenToldSo() {
        serve(new TestAuthority().expiredServer(), answering(200, ANSWER));

        try (RaTlsClient client =
                RaTlsClient.to(url()).trustingUnverifiedServer().build()) {
            assertThat(echo(client).server().getIssuerX500Principal().getName()).isEqualTo("CN=Test KMS CA");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 12_000, 40_000, 95_000})
    void showsItsCertificate(int sizeBytes) {
        serve(authority.server("kms:rpc"), answering(200, ANSWER));
        TestAuthority.Leaf identity = authority.client(sizeBytes);

        try (RaTlsClient client = RaTlsClient.to(url())
                .trustingUnverifiedServer()
                .presenting(List.of(identity.certificate()), identity.keys().getPrivate())
                .build()) {
            echo(client);

            assertThat(clientCertificateBytes.get()).isGreaterThan(sizeBytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"400, 400 Bad Request", "302, 302 Found", "500, 500 Internal Server Error", "418, 418"})
    void quotesWhatTheServerSaidAgainstIt(int status, String text) {
        String error = "{\n  \"error\": \"Boot denied: no\"\n}";
        serve(authority.server("kms:rpc"), answering(status, error));

        try (RaTlsClient client = trusting(url())) {
            assertThatThrownBy(() -> echo(client))
                    .isInstanceOf(RpcException.class)
                    .hasMessage("Request failed with status=" + text + ", error=" + error);
        }
    }

    @Test
    void acceptsAnySuccess() {
        serve(authority.server("kms:rpc"), answering(201, ANSWER));

        try (RaTlsClient client = trusting(url())) {
            assertThat(echo(client).message().getPublicKey().size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[7]", "<html>", "{\"public_key\":null}", "{"})
    void refusesAnAnswerOfAnotherShape(String answer) {
        serve(authority.server("kms:rpc"), answering(200, answer));

        try (RaTlsClient client = trusting(url())) {
            assertThatThrownBy(() -> echo(client))
                    .isInstanceOf(RpcException.class)
                    .hasMessageStartingWith("Failed to deserialize response: ");
        }
    }

    @Test
    void refusesAnAnswerWithoutEnd() {
        serve(authority.server("kms:rpc"), exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[64 * 1024];
            for (int i = 0; i < 300; i++) {
                exchange.getResponseBody().write(chunk);
            }
        });

        try (RaTlsClient client = trusting(url())) {
            assertThatThrownBy(() -> echo(client)).hasMessage("the server's answer is longer than 16777216 bytes");
        }
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() {
        serve(authority.server("kms:rpc"), exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        });

        try (RaTlsClient client = RaTlsClient.to(url())
                .trustingUnverifiedServer()
                .deadline(Duration.ofMillis(200))
                .build()) {
            assertThatThrownBy(() -> echo(client)).hasMessageContaining("did not answer within 200 ms");
        }
    }

    @Test
    void saysThatNothingListens() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (RaTlsClient client = RaTlsClient.to("https://127.0.0.1:" + free)
                .trustingUnverifiedServer()
                .build()) {
            assertThatThrownBy(() -> echo(client))
                    .hasMessage("Failed to send request: https://127.0.0.1:" + free
                            + "/prpc/Echo?json: no connection: refused, or nothing listens there");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void refusesAnAuthorityThatIsNoCertificate(String pem) {
        RaTlsClient.Builder builder = RaTlsClient.to("https://localhost");

        assertThatThrownBy(() -> builder.trustingOnly(pem))
                .isInstanceOf(RpcException.class)
                .hasMessageStartingWith("The CA certificate to trust can't be read");
    }

    private void refusal(String text) {
        refusal(url(), text);
    }

    private void refusal(String url, String text) {
        try (RaTlsClient client = trusting(url)) {
            assertThatThrownBy(() -> echo(client))
                    .isInstanceOf(RpcException.class)
                    .hasMessageContaining(text);
        }
        assertThat(requests).hasValue(0);
    }

    private RaTlsClient trusting(String url) {
        try {
            return RaTlsClient.to(url).trustingOnly(authority.pem()).build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static RaTlsClient.Answer<PublicKeyResponse> echo(RaTlsClient client) {
        AppId request = AppId.newBuilder()
                .setAppId(ByteString.copyFrom(new byte[] {-1}))
                .build();
        return client.call("Echo", request, PublicKeyResponse.getDefaultInstance());
    }

    private String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    private static HttpHandler answering(int status, String body) {
        return exchange -> respond(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void serve(TestAuthority.Leaf identity, HttpHandler handler) {
        server.setHttpsConfigurator(new WantsClientCertificate(context(identity)));
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            seen.set(exchange.getRequestMethod() + ' ' + exchange.getRequestURI() + ' ' + body);
            clientCertificateBytes.set(sizeOf(((HttpsExchange) exchange).getSSLSession()));
            handler.handle(exchange);
        });
        server.setExecutor(threads);
        server.start();
    }

    private static int sizeOf(SSLSession session) {
        try {
            Certificate leaf = session.getPeerCertificates()[0];
            return leaf.getEncoded().length;
        } catch (IOException | CertificateEncodingException e) {
            return -1;
        }
    }

    private static SSLContext context(TestAuthority.Leaf identity) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server", identity.keys().getPrivate(), new char[0], new Certificate[] {identity.certificate()});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), new TrustManager[] {new AnyClient()}, new SecureRandom());
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class WantsClientCertificate extends HttpsConfigurator {
        WantsClientCertificate(SSLContext context) {
            super(context);
        }

        @Override
        public void configure(HttpsParameters parameters) {
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setWantClientAuth(true);
            parameters.setSSLParameters(tls);
        }
    }

    private static final class AnyClient extends X509ExtendedTrustManager {
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
