package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.attestation.AppInfo;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.spi.Bytes;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** Chains that a node answers SignCert with: leaf, application's CA, root CA. */
final class Chains {
    /** What the reference puts where it knows no device: SHA-256 of nothing (section 14, defect 28). */
    private static final String NO_DEVICE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private Chains() {}

    static List<String> pems(JsonNode answer) {
        return StreamSupport.stream(answer.path("certificate_chain").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    static List<X509Certificate> parse(List<String> pems) {
        return pems.stream().map(CertificateAuthority::parse).toList();
    }

    /**
     * Compares an answer with the recorded one: byte for byte but for signatures, and for the end of validity where that is
     * counted from the time of issue.
     */
    static void compare(JsonNode recorded, JsonNode answered) {
        List<X509Certificate> expected = parse(pems(recorded));
        List<X509Certificate> actual = parse(pems(answered));
        assertThat(actual).hasSize(3);
        compareSigned(expected.get(0), actual.get(0));
        compareSigned(expected.get(1), actual.get(1));
        assertThat(pems(answered).get(2)).isEqualTo(pems(recorded).get(2));
    }

    private static void compareSigned(X509Certificate expected, X509Certificate actual) {
        if (expected.getExtensionValue(RaTlsExtensions.APP_INFO) == null) {
            assertThat(signed(actual)).isEqualTo(signed(expected).replace(end(expected), end(actual)));
            return;
        }
        assertThat(actual.getSubjectX500Principal()).isEqualTo(expected.getSubjectX500Principal());
        assertThat(actual.getIssuerX500Principal()).isEqualTo(expected.getIssuerX500Principal());
        assertThat(actual.getSerialNumber()).isEqualTo(expected.getSerialNumber());
        assertThat(actual.getPublicKey()).isEqualTo(expected.getPublicKey());
        assertThat(actual.getNotBefore()).isEqualTo(expected.getNotBefore());
        assertThat(extensions(actual)).isEqualTo(extensions(expected));
        for (String oid : extensions(expected)) {
            if (!oid.equals(RaTlsExtensions.APP_INFO)) {
                assertThat(actual.getExtensionValue(oid)).as(oid).isEqualTo(expected.getExtensionValue(oid));
            }
        }
        compareAppInfo(appInfo(expected), appInfo(actual));
    }

    static AppInfo appInfo(X509Certificate certificate) {
        return RaTlsExtensions.read(certificate).appInfo().orElseThrow();
    }

    /** Equal but for the device, which the reference does not know here. */
    private static void compareAppInfo(AppInfo expected, AppInfo actual) {
        assertThat(expected.deviceId().toHex()).isEqualTo(NO_DEVICE);
        assertThat(actual.deviceId().toHex()).hasSize(64).isNotEqualTo(NO_DEVICE);
        assertThat(actual)
                .isEqualTo(new AppInfo(
                        expected.appId(),
                        expected.composeHash(),
                        expected.instanceId(),
                        actual.deviceId(),
                        expected.mrSystem(),
                        expected.mrAggregated(),
                        expected.osImageHash(),
                        expected.keyProviderInfo()));
    }

    private static Set<String> extensions(X509Certificate certificate) {
        Set<String> oids = new TreeSet<>(certificate.getNonCriticalExtensionOIDs());
        oids.addAll(certificate.getCriticalExtensionOIDs());
        return oids;
    }

    private static String signed(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getTBSCertificate()).toHex();
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    /** The end of validity as it stands in the certificate, up to the year 2049. */
    private static String end(X509Certificate certificate) {
        String hex = signed(certificate);
        // SEQUENCE of two times, the first of 1975.
        int start = hex.indexOf("170d3735303130313030303030305a170d");
        return start < 0 ? "none" : hex.substring(start, start + 60);
    }
}
