package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node's certificate is attested anew while it runs, and nobody's connection is dropped for it. */
@Tag("blackbox")
final class CertificateRenewalTest {
    private static final byte[] GET_META =
            "GET /prpc/GetMeta HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path home;

    private static SSLSocket connect(TestNode node) throws IOException {
        return RawTls.open(node.port(), null, "TLSv1.3", List.of("http/1.1"));
    }

    private static Certificate shown(TestNode node) throws IOException {
        try (SSLSocket socket = connect(node)) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void defect40RenewsWhileItRunsAndKeepsOpenConnections() throws IOException {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration = new TestNode.Configuration(home)
                    .webhook(webhook.url())
                    .autoBootstrap()
                    .attestation("renewal = \"1s\"");
            Recordings.copyKeys(configuration.certDir());
            byte[] authority = Files.readAllBytes(configuration.certDir().resolve("root-ca.crt"));
            try (TestNode node = TestNode.start(configuration, "serving");
                    SSLSocket early = connect(node)) {
                Certificate first = early.getSession().getPeerCertificates()[0];
                assertThat(RawTls.exchangeOn(early, GET_META).status()).isEqualTo(200);

                long deadline = System.nanoTime() + LIMIT.toNanos();
                Certificate second = shown(node);
                while (second.equals(first) && System.nanoTime() < deadline) {
                    second = shown(node);
                }
                assertThat(second).isNotEqualTo(first);
                assertThat(second.getPublicKey()).isEqualTo(first.getPublicKey());
                assertThat(RawTls.exchangeOn(early, GET_META).status()).isEqualTo(200);
                assertThat(new Guest(Guest.APP_ID)
                                .takeKeys(node.url())
                                .getDiskCryptKey()
                                .size())
                        .isEqualTo(32);
            }
            // Section 14, defect 11: a valid CA is never rewritten.
            assertThat(configuration.certDir().resolve("root-ca.crt")).hasBinaryContent(authority);
        }
    }
}
