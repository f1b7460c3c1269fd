package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every certificate that a node makes for itself, as OpenSSL sees it (wire protocol, section 7). */
@Tag("blackbox")
final class NodeCertificatesTest {
    /** The usage that guests look for: {@code kms:rpc} in an OCTET STRING of its own. */
    private static final String RPC_USAGE = "04076B6D733A727063";

    @TempDir
    private Path directory;

    @Test
    void opensslAcceptsWhatABootstrappedNodeShows() throws Exception {
        try (WebhookDouble webhook = new WebhookDouble()) {
            TestNode.Configuration configuration =
                    new TestNode.Configuration(directory).webhook(webhook.url()).autoBootstrap();
            try (TestNode node = TestNode.start(configuration, "serving")) {
                assertThat(node.url()).isNotEmpty();
                requireAuthority(configuration.certDir().resolve("root-ca.crt"), "CN = Dstack KMS CA");
                requireAuthority(configuration.certDir().resolve("tmp-ca.crt"), "CN = Dstack Client Temp CA");
                requireServer(configuration.certDir());
            }
        }
    }

    private static void requireAuthority(Path certificate, String name) throws IOException, InterruptedException {
        assertThat(OpenSsl.run("verify", "-check_ss_sig", "-CAfile", certificate.toString(), certificate.toString()))
                .contains(": OK");
        assertThat(OpenSsl.run("x509", "-in", certificate.toString(), "-noout", "-text"))
                .contains("Version: 3", name, "CA:TRUE", "Certificate Sign", "prime256v1", "ecdsa-with-SHA256");
    }

    private static void requireServer(Path certs) throws IOException, InterruptedException {
        Path certificate = certs.resolve("rpc.crt");
        assertThat(OpenSsl.run(
                        "verify",
                        "-purpose",
                        "sslserver",
                        "-verify_hostname",
                        "localhost",
                        "-CAfile",
                        certs.resolve("root-ca.crt").toString(),
                        certificate.toString()))
                .contains(": OK");
        assertThat(OpenSsl.run("x509", "-in", certificate.toString(), "-noout", "-text"))
                .contains("Version: 3", "Issuer: O = Dstack, CN = Dstack KMS CA", "DNS:localhost")
                .doesNotContain("CA:TRUE");
        assertThat(OpenSsl.run("asn1parse", "-in", certificate.toString()))
                .containsPattern("1\\.3\\.6\\.1\\.4\\.1\\.62397\\.1\\.4\\n.*OCTET STRING +\\[HEX DUMP\\]:" + RPC_USAGE);
    }
}
