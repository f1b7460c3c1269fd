package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.dcap.PckCa;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The certificates as a second, independent parser sees them. */
class SoftwarePkiTest {
    private final Forgery forgery = new Forgery();

    @Test
    void passesTheJdksParserAndItsSignatureCheck() throws Exception {
        X509Certificate root = parse(forgery.root());
        X509Certificate authority = parse(forgery.authority());
        X509Certificate leaf = parse(forgery.leaf());

        root.verify(root.getPublicKey());
        authority.verify(root.getPublicKey());
        leaf.verify(authority.getPublicKey());
        assertThat(root.getBasicConstraints()).isEqualTo(1);
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
        assertThat(leaf.getSubjectX500Principal().getName())
                .isEqualTo("C=US,ST=CA,L=Santa Clara,O=Intel Corporation,CN=Intel SGX PCK Certificate");
        assertThat(leaf.getKeyUsage()).startsWith(true, true, false);
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(SoftwarePki.VALID_FROM);
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(SoftwarePki.VALID_UNTIL);
        for (X509Certificate certificate : List.of(root, authority, leaf)) {
            assertThat(certificate.getSerialNumber().signum()).isPositive();
            assertThat(certificate.getExtensionValue(SoftwarePki.CRL_DISTRIBUTION_POINTS))
                    .isNotNull();
            assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        }
    }

    @Test
    void tellsPlatformsAndSeedsApart() {
        SoftwarePki other = SoftwareTee.fromSeed(new byte[32]).pki();

        assertThat(forgery.pki.ppid("a")).hasSize(16).isNotEqualTo(forgery.pki.ppid("b"));
        assertThat(forgery.pki.ppid("a")).isNotEqualTo(other.ppid("a"));
        assertThat(forgery.pki.platformKey("a").point())
                .isNotEqualTo(forgery.pki.platformKey("b").point());
        assertThat(forgery.pki.authorityKey(PckCa.PLATFORM).point())
                .isNotEqualTo(forgery.pki.authorityKey(PckCa.PROCESSOR).point());
    }

    @Test
    void followsFromTheSeedAlone() {
        assertThat(SoftwareTee.fromSeed(Forgery.SEED).rootCertificatePem()).isEqualTo(forgery.tee.rootCertificatePem());
        assertThat(SoftwareTee.fromSeed(Forgery.SEED).rootPublicKey().toArray())
                .isEqualTo(forgery.pki.rootKey().publicKeyInfo());
    }

    private static X509Certificate parse(byte[] der) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}
