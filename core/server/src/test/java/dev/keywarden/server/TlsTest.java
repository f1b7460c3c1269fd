package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both TLS engines against the JDK's client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsTest {
    private static final String SIZE = "GET /prpc/CertificateSize HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String ECHO =
            "POST /prpc/Echo?json HTTP/1.1\r\nContent-Length: 17\r\n\r\n{\"app_id\":\"1234\"}";
    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private final TestCertificates.Identity identity = TestCertificates.named("kms.test");
    private final List<TestCertificates.Identity> sizes = IntStream.rangeClosed(1, 95)
            .mapToObj(kilobytes -> TestCertificates.ofSize(1_000 * kilobytes))
            .toList();
    private final Map<TlsProvider, KeywardenServer> servers = new EnumMap<>(TlsProvider.class);
    private final Map<TlsProvider, TlsListener> listeners = new EnumMap<>(TlsProvider.class);

    @BeforeAll
    void start() throws IOException {
        for (TlsProvider provider : TlsProvider.values()) {
            KeywardenServer server = KeywardenServer.start(TestSite.patientLimits(), InstantSource.system(), provider);
            servers.put(provider, server);
            listeners.put(provider, open(server));
        }
    }

    @AfterAll
    void stop() {
        servers.values().forEach(KeywardenServer::close);
    }

    @Test
    void saysWhichEngineItUses() {
        assertThat(server(TlsProvider.NATIVE_IF_POSSIBLE).describe()).startsWith("BoringSSL");
        assertThat(server(TlsProvider.JDK).describe()).startsWith("SunJSSE");
    }

    static Stream<Arguments> enginesAndVersions() {
        return Stream.of(TlsProvider.values())
                .flatMap(provider -> VERSIONS.stream().map(version -> Arguments.of(provider, version)));
    }

    /** A ticket carries the client's certificate, and one of 33,000 to 64,000 bytes would make it too long. */
    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void takesCertificatesOfEverySize(TlsProvider provider, String version) throws IOException {
        for (TestCertificates.Identity identityOfSize : sizes) {
            int size = TestCertificates.encoded(identityOfSize.certificate()).length;
            try (RawClient client = RawClient.tls(address(provider), version, identityOfSize)) {
                assertThat(client.send(SIZE).receive().text()).contains("\"timestamp\":" + size + ",");
                assertThat(client.send(ECHO).receive().text()).contains("1234");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void refusesACertificateThatIsTooLong(TlsProvider provider, String version) {
        TestCertificates.Identity tooLong = TestCertificates.ofSize(110_000);

        assertThatThrownBy(() -> {
                    try (RawClient client = RawClient.tls(address(provider), version, tooLong)) {
                        client.send(SIZE).receive();
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void needsNoCertificate(TlsProvider provider, String version) throws IOException {
        try (RawClient client = RawClient.tls(address(provider), version, null)) {
            assertThat(client.send(SIZE).receive().text()).contains("\"timestamp\":0,");
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void takesCertificatesOfEveryKindWhoeverIssuedThem(TlsProvider provider, String version) throws IOException {
        TestCertificates.Identity authority = TestCertificates.named("somebody");
        for (TestCertificates.Identity client : List.of(
                TestCertificates.issuedBy(authority),
                TestCertificates.expired(),
                TestCertificates.rsa(),
                TestCertificates.p384())) {
            int size = TestCertificates.encoded(client.certificate()).length;
            try (RawClient connection = RawClient.tls(address(provider), version, client)) {
                assertThat(connection.send(SIZE).receive().text()).contains("\"timestamp\":" + size + ",");
            }
        }
    }

    /** BoringSSL does not offer Ed25519 to clients, and they send no certificate then: not attested, and no more than that. */
    @ParameterizedTest
    @CsvSource({"NATIVE_IF_POSSIBLE, false", "JDK, true"})
    void servesClientsWithEd25519(TlsProvider provider, boolean seen) throws IOException {
        TestCertificates.Identity client = TestCertificates.ed25519();
        int size = seen ? TestCertificates.encoded(client.certificate()).length : 0;
        for (String version : VERSIONS) {
            try (RawClient connection = RawClient.tls(address(provider), version, client)) {
                assertThat(connection.send(SIZE).receive().text()).contains("\"timestamp\":" + size + ",");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void speaksHttpOnly(TlsProvider provider) throws IOException {
        for (String[] offered : new String[][] {{"http/1.1"}, {"h2", "http/1.1"}}) {
            try (RawClient client = RawClient.tls(address(provider), "TLSv1.3", null, offered)) {
                assertThat(client.alpn()).isEqualTo("http/1.1");
                assertThat(client.send(ECHO).receive().status()).isEqualTo(200);
            }
        }
        try (RawClient client = RawClient.tls(address(provider), "TLSv1.3", null)) {
            assertThat(client.alpn()).isEmpty();
            assertThat(client.send(ECHO).receive().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void tellsAClientThatSpeaksSomethingElse(TlsProvider provider, String version) {
        assertThatThrownBy(() -> RawClient.tls(address(provider), version, null, "h2"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("no_application_protocol");
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void showsTheNewCertificateToNewConnections(TlsProvider provider, String version) throws IOException {
        TestCertificates.Identity replacement = TestCertificates.named("replaced.test");
        TlsListener listener = open(server(provider));
        try (RawClient before = RawClient.tls(listener.address(), version, null)) {
            for (int i = 0; i < 20; i++) {
                listener.replaceCertificate(i % 2 == 0 ? identity.tls() : replacement.tls());
            }
            try (RawClient after = RawClient.tls(listener.address(), version, null)) {
                assertThat(after.serverCertificate()).isEqualTo(replacement.certificate());
                assertThat(after.send(ECHO).receive().status()).isEqualTo(200);
            }
            assertThat(before.serverCertificate()).isEqualTo(identity.certificate());
            assertThat(before.send(ECHO).receive().status()).isEqualTo(200);
        }
        listener.stop(Duration.ZERO).join();
    }

    @Test
    void refusesAKeyOfAnotherCertificate() {
        X509Certificate certificate = TestCertificates.named("other").certificate();

        assertThatThrownBy(() ->
                        new TlsIdentity(List.of(certificate), identity.keys().getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not belong to the certificate");
        assertThatThrownBy(() -> new TlsIdentity(List.of(), identity.keys().getPrivate()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(identity.tls().toString()).isEqualTo("TlsIdentity[CN=kms.test]");
    }

    @ParameterizedTest
    @EnumSource
    void neverResumesASession(TlsProvider provider) throws IOException {
        TestCertificates.Identity client = TestCertificates.ofSize(2_000);
        RawClient.Repeat repeat = RawClient.repeatedly(address(provider), client);
        for (String version : VERSIONS) {
            String first = repeat.session(version, SIZE);
            assertThat(repeat.session(version, SIZE)).isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @EnumSource
    void survivesGarbage(TlsProvider provider) throws IOException {
        for (byte[] garbage : Garbage.all()) {
            try (RawClient client = RawClient.plain(address(provider))) {
                client.send(garbage);
                client.finishSending();
                client.drain();
            }
        }
        try (RawClient client = RawClient.tls(address(provider))) {
            assertThat(client.send(ECHO).receive().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void letsClientsFindTheAnswerToALargeBody(TlsProvider provider, String version) throws IOException {
        int size = 10 * 1024 * 1024 + 1;
        try (RawClient client = RawClient.tls(address(provider), version, null)) {
            client.send("POST /prpc/Echo HTTP/1.1\r\nContent-Length: " + size + "\r\n\r\n");
            client.send(new byte[size]);

            assertThat(client.receive().text()).isEqualTo("\n&failed to read data: payload too large");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void sendsLargeAnswers(TlsProvider provider, String version) throws IOException {
        try (RawClient client = RawClient.tls(address(provider), version, null)) {
            client.send("GET /prpc/Large?api_version=3000000 HTTP/1.1\r\nConnection: close\r\n\r\n");

            assertThat(client.receive().text()).hasSizeGreaterThan(6_000_000);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    private TlsListener open(KeywardenServer server) throws IOException {
        return server.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new TestSite().site(), identity.tls());
    }

    private KeywardenServer server(TlsProvider provider) {
        return Objects.requireNonNull(servers.get(provider));
    }

    private InetSocketAddress address(TlsProvider provider) {
        return Objects.requireNonNull(listeners.get(provider)).address();
    }
}
