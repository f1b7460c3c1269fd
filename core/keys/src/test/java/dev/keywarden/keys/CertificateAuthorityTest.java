package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, section 7.7, against certificates the reference wrote. */
final class CertificateAuthorityTest {
    private static final String APP_ID = "1.3.6.1.4.1.62397.1.3";
    private static final String USAGE = "1.3.6.1.4.1.62397.1.4";
    private static final String APP_INFO = "1.3.6.1.4.1.62397.1.9";
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

    /** Section 7.8: the chain that the reference signed for an application's certificate request. */
    @ParameterizedTest
    @ValueSource(strings = {"signcert-v1.json", "signcert-v2-v1-appinfo.json"})
    void issuesTheReferencesAppCertificates(String recording, @TempDir Path folder) throws Exception {
        StoredKeys keys = ReferenceDirectory.load(ReferenceDirectory.copyTo(folder));
        JsonNode answer = ReferenceDirectory.json(recording).get(0);
        JsonNode chain = answer.get("response").get("certificate_chain");
        X509Certificate leaf = CertificateAuthority.parse(chain.get(0).asText());
        X509Certificate appCa = CertificateAuthority.parse(chain.get(1).asText());
        P256Key appCaKey = new KeyDerivation(keys.rootKeys()).appCaKey(content(appCa, APP_ID));

        String appCaAgain = CertificateAuthority.of(keys.rootKeys().rootCa(), keys.rootCaCertPem())
                .issue(CertificateProfile.appCa(copied(appCa, List.of(APP_ID, USAGE))), appCaKey.spki(), issued(appCa));
        assertThat(CertificateAuthority.parse(appCaAgain).getTBSCertificate()).isEqualTo(appCa.getTBSCertificate());

        boolean named = leaf.getSubjectX500Principal().getName().endsWith("O=Org");
        CertificateProfile profile = new CertificateProfile(
                named ? Optional.of("Org") : Optional.empty(),
                "app.example.com",
                List.of("app.example.com", "127.0.0.1"),
                CertificateProfile.Role.LEAF,
                true,
                true,
                Optional.of(leaf.getNotBefore().toInstant()),
                Optional.of(leaf.getNotAfter().toInstant()),
                copied(leaf, List.of(APP_ID, APP_INFO, USAGE)));
        P256Key leafKey = P256Key.fromPem(answer.get("key_pem").asText());
        String leafAgain = CertificateAuthority.of(appCaKey, appCaAgain)
                .issue(profile, leafKey.spki(), ReferenceDirectory.RECORDED);
        assertThat(CertificateAuthority.parse(leafAgain).getTBSCertificate()).isEqualTo(leaf.getTBSCertificate());
        CertificateAuthority.parse(leafAgain).verify(appCa.getPublicKey());
    }

    private static List<CertificateExtension> copied(X509Certificate certificate, List<String> oids) throws Exception {
        List<CertificateExtension> extensions = new ArrayList<>();
        for (String oid : oids) {
            if (certificate.getExtensionValue(oid) != null) {
                extensions.add(new CertificateExtension(oid, content(certificate, oid)));
            }
        }
        return extensions;
    }

    /** Section 15.2. */
    @Test
    void computesThePublishedSerialsAndKeyIds() {
        RootKeys keys = PublishedKeys.roots();
        X509Certificate root = CertificateAuthority.parse(CertificateAuthority.selfSigned(
                keys.rootCa(), CertificateProfile.rootCa(), ReferenceDirectory.RECORDED));
        assertThat(root.getSerialNumber().toString(16)).isEqualTo("6078317e8a0f260d06534a3d2a4d0fa135a75721");
        assertThat(Bytes.of(root.getExtensionValue("2.5.29.14")).toHex())
                .isEqualTo("04160414" + "5df9d433e05d122dc5d6b8afa7d0ca8083182348");
        P256Key app = new KeyDerivation(keys).appCaKey(PublishedKeys.APP);
        X509Certificate appCa = CertificateAuthority.parse(
                CertificateAuthority.selfSigned(app, CertificateProfile.appCa(List.of()), ReferenceDirectory.RECORDED));
        assertThat(appCa.getSerialNumber().toString(16)).isEqualTo("41e6a6b89fdb9e8b1c16889f1d0a4c204e7ff10b");
        assertThat(Bytes.of(appCa.getExtensionValue("2.5.29.14")).toHex())
                .isEqualTo("04160414" + "8ab33b7638798003f33d29bc6b751da36d0e7a9f");
    }

    /** Section 7.3. */
    @Test
    void wrapsExtensionsTwice() {
        P256Key key = PublishedKeys.p256("44".repeat(32));
        String pem = CertificateAuthority.selfSigned(
                key,
                CertificateProfile.rpc(
                        "kms.test",
                        List.of(new CertificateExtension(
                                USAGE, Bytes.of("kms:rpc".getBytes(StandardCharsets.US_ASCII))))),
                ReferenceDirectory.RECORDED);
        byte[] der = Pem.decode(pem.getBytes(StandardCharsets.US_ASCII), Pem.CERTIFICATE);
        assertThat(HexFormat.of().formatHex(der)).contains("3017060a2b0601040183e73d0104040904076b6d733a727063");
    }

    @Test
    void issuesAClientCertificateUnderTheTemporaryCa() throws Exception {
        RootKeys keys = PublishedKeys.roots();
        String ca = CertificateAuthority.selfSigned(
                keys.tempCa(), CertificateProfile.tempCa(), ReferenceDirectory.RECORDED);
        P256Key client = PublishedKeys.p256("55".repeat(32));
        X509Certificate certificate = CertificateAuthority.parse(CertificateAuthority.of(keys.tempCa(), ca)
                .issue(CertificateProfile.raTlsClient(List.of()), client.spki(), ReferenceDirectory.RECORDED));
        certificate.verify(CertificateAuthority.parse(ca).getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=RA-TLS TEMP Cert");
        assertThat(certificate.getIssuerX500Principal().getName()).isEqualTo("CN=Dstack Client Temp CA,O=Dstack");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getNonCriticalExtensionOIDs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k\u00fcms.test", "kms test", "kms.test\n", "\u0000"})
    void refusesNamesThatCantBeWritten(String name) {
        P256Key key = PublishedKeys.p256("44".repeat(32));
        assertThatThrownBy(() -> CertificateAuthority.selfSigned(
                        key, CertificateProfile.rpc(name, List.of()), ReferenceDirectory.RECORDED))
                .isInstanceOf(KeyException.class)
                .hasMessage("a subject alternative name must be a DNS name or an address in ASCII");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "3000", "3059301306072a8648ce3d020106082a8648ce3d03010703420004"})
    void refusesPublicKeysThatDoNotParse(String spki) {
        RootKeys keys = PublishedKeys.roots();
        String ca = CertificateAuthority.selfSigned(
                keys.tempCa(), CertificateProfile.tempCa(), ReferenceDirectory.RECORDED);
        CertificateAuthority authority = CertificateAuthority.of(keys.tempCa(), ca);
        assertThatThrownBy(() -> authority.issue(
                        CertificateProfile.raTlsClient(List.of()), Bytes.fromHex(spki), ReferenceDirectory.RECORDED))
                .isInstanceOf(KeyException.class)
                .hasMessage("the public key to certify does not parse");
    }

    @Test
    void refusesSomethingBehindTheCertificate() {
        byte[] der = Pem.decode(ReferenceDirectory.bytes("keys-r2/root-ca.crt"), Pem.CERTIFICATE);
        String longer =
                new String(Pem.encode(Pem.CERTIFICATE, Arrays.copyOf(der, der.length + 1)), StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> CertificateAuthority.parse(longer)).isInstanceOf(KeyException.class);
    }

    private static Bytes content(X509Certificate certificate, String oid) throws Exception {
        byte[] outer = certificate.getExtensionValue(oid);
        byte[] inner = ((ASN1OctetString) ASN1Primitive.fromByteArray(outer)).getOctets();
        return Bytes.of(((ASN1OctetString) ASN1Primitive.fromByteArray(inner)).getOctets());
    }

    @Test
    void defect16WritesAddressesAsAddresses() throws Exception {
        P256Key key = P256Key.generate(new SecureRandom());
        String pem = CertificateAuthority.selfSigned(
                key, CertificateProfile.rpc("127.0.0.1", List.of()), ReferenceDirectory.RECORDED);
        assertThat(CertificateAuthority.parse(pem).getSubjectAlternativeNames()).hasToString("[[7, 127.0.0.1]]");
    }

    @Test
    void defect15RefusesACaCertificateOfAnotherKey(@TempDir Path folder) throws Exception {
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
