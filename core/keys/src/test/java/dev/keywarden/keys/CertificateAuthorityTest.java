package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wire protocol, section 7.7, against certificates the reference wrote. */
final class CertificateAuthorityTest {
    private static final Duration TEN_YEARS = Duration.ofDays(3650);

    private static String text(Path directory, String name) throws Exception {
        return Files.readString(directory.resolve(name), StandardCharsets.US_ASCII);
    }

    private static Instant issued(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().minus(TEN_YEARS);
    }

    @Test
    void issuesTheReferencesCaCertificates(@TempDir Path folder) throws Exception {
        Path directory = ReferenceDirectory.copyTo(folder);
        RootKeys keys = ReferenceDirectory.load(directory).rootKeys();
        X509Certificate root = CertificateAuthority.parse(text(directory, "root-ca.crt"));
        String again = CertificateAuthority.selfSigned(keys.rootCa(), CertificateProfile.rootCa(), issued(root));
        assertThat(CertificateAuthority.parse(again).getTBSCertificate()).isEqualTo(root.getTBSCertificate());

        X509Certificate temp = CertificateAuthority.parse(text(directory, "tmp-ca.crt"));
        String tempAgain = CertificateAuthority.selfSigned(keys.tempCa(), CertificateProfile.tempCa(), issued(temp));
        assertThat(CertificateAuthority.parse(tempAgain).getTBSCertificate()).isEqualTo(temp.getTBSCertificate());
    }

    @Test
    void issuesTheReferencesRpcCertificate(@TempDir Path folder) throws Exception {
        Path directory = ReferenceDirectory.copyTo(folder);
        StoredKeys keys = ReferenceDirectory.load(directory);
        X509Certificate rpc = CertificateAuthority.parse(text(directory, "rpc.crt"));
        CertificateAuthority root = CertificateAuthority.of(keys.rootKeys().rootCa(), keys.rootCaCertPem());
        List<CertificateExtension> extensions = List.of(
                new CertificateExtension(
                        "1.3.6.1.4.1.62397.1.4", Bytes.of("kms:rpc".getBytes(StandardCharsets.US_ASCII))),
                new CertificateExtension("1.3.6.1.4.1.62397.1.8", content(rpc, "1.3.6.1.4.1.62397.1.8")));
        String again = root.issue(
                CertificateProfile.rpc(keys.domain(), extensions), keys.rpcKey().spki(), issued(rpc));
        assertThat(CertificateAuthority.parse(again).getTBSCertificate()).isEqualTo(rpc.getTBSCertificate());
        CertificateAuthority.parse(again)
                .verify(CertificateAuthority.parse(keys.rootCaCertPem()).getPublicKey());
    }

    private static Bytes content(X509Certificate certificate, String oid) throws Exception {
        byte[] outer = certificate.getExtensionValue(oid);
        byte[] inner = ((ASN1OctetString) ASN1Primitive.fromByteArray(outer)).getOctets();
        return Bytes.of(((ASN1OctetString) ASN1Primitive.fromByteArray(inner)).getOctets());
    }

    @Test
    void writesAddressesAsAddresses() throws Exception {
        P256Key key = P256Key.generate(new SecureRandom());
        String pem = CertificateAuthority.selfSigned(
                key, CertificateProfile.rpc("127.0.0.1", List.of()), ReferenceDirectory.RECORDED);
        assertThat(CertificateAuthority.parse(pem).getSubjectAlternativeNames()).hasToString("[[7, 127.0.0.1]]");
    }

    @Test
    void refusesACaCertificateOfAnotherKey(@TempDir Path folder) throws Exception {
        Path directory = ReferenceDirectory.copyTo(folder);
        StoredKeys keys = ReferenceDirectory.load(directory);
        assertThatThrownBy(() -> CertificateAuthority.of(keys.rootKeys().tempCa(), keys.rootCaCertPem()))
                .isInstanceOf(KeyException.class)
                .hasMessage("CA certificate does not match private key");
    }

    @Test
    void datesPast2049AreGeneralizedTime() {
        P256Key key = P256Key.generate(new SecureRandom());
        Instant late = Instant.parse("2045-06-01T00:00:00Z");
        X509Certificate certificate =
                CertificateAuthority.parse(CertificateAuthority.selfSigned(key, CertificateProfile.tempCa(), late));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(late.plus(TEN_YEARS));
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(Instant.parse("1975-01-01T00:00:00Z"));
    }
}
