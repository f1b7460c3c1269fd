package dev.keywarden.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 7.1 to 7.5 and 15.6, on certificates the reference's own tools wrote. */
final class RaTlsExtensionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"v0", "v1"})
    void findsTheUnifiedEvidenceAndItsBinding(String name) {
        X509Certificate certificate = Recordings.certificate(name + ".crt.der");
        AttestationEnvelope envelope =
                RaTlsExtensions.read(certificate).attestation().orElseThrow();
        assertThat(envelope).isEqualTo(EnvelopeCodec.decode(Recordings.bytes(name + ".attestation-stripped.bin")));
        assertThat(envelope.reportData())
                .isEqualTo(
                        ReportData.ratlsCert(Bytes.of(certificate.getPublicKey().getEncoded())));
    }

    @Test
    void rebuildsLegacyEvidence() {
        X509Certificate certificate = Recordings.certificate("legacy.crt.der");
        AttestationEnvelope envelope =
                RaTlsExtensions.read(certificate).attestation().orElseThrow();
        assertThat(envelope.config()).isEmpty();
        assertThat(envelope.runtimeEvents())
                .isEqualTo(EnvelopeCodec.decode(Recordings.bytes("legacy.attestation.bin"))
                        .runtimeEvents());
        assertThat(envelope.reportData())
                .isEqualTo(
                        ReportData.ratlsCert(Bytes.of(certificate.getPublicKey().getEncoded())));
    }

    @Test
    void aCertificateWithoutEvidenceIsNotAnError() {
        assertThat(RaTlsExtensions.read(Recordings.certificate("none.crt.der")).attestation())
                .isEmpty();
        CertificateClaims claims = RaTlsExtensions.read(Recordings.certificate("ext3-only.crt.der"));
        assertThat(claims.attestation()).isEmpty();
        assertThat(claims.appId()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ext8-empty|Failed to decode attestation from cert extension: Empty attestation bytes",
                "ext8-garbage|Failed to decode attestation from cert extension: ",
                "ext8-trunc-scale|Failed to decode attestation from cert extension: ",
                "ext8-notoctet|Failed to get extension for [1, 3, 6, 1, 4, 1, 62397, 1, 8]: ",
                "ext3-notoctet|Failed to get extension for [1, 3, 6, 1, 4, 1, 62397, 1, 3]: ",
                "ext1-noext2|TDX event log missing",
                "ext9-garbage|Failed to decode app info as json: "
            })
    void refusesMalformedExtensionsInTheProtocolsWords(String name, String message) {
        X509Certificate certificate = Recordings.certificate(name + ".crt.der");
        assertThatThrownBy(() -> RaTlsExtensions.read(certificate))
                .isInstanceOf(EnvelopeException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void bindsAppDataAsPublished() {
        assertThat(ReportData.appData(Bytes.of("test content".getBytes(StandardCharsets.UTF_8)))
                        .toHex())
                .isEqualTo("7ea0b744ed5e9c0c83ff9f575668e1697652cd349f2027cdf26f918d4c53e8cd"
                        + "50b5ea9b449b4c3d50e20ae00ec29688d5a214e8daff8a10041f5d624dae8a01");
    }

    @Test
    void defect29WritesAndReadsThePublishedAppInfo() {
        String published = "98c403a1a2a3c402b1b2c402c1c2c401d1c420" + "51".repeat(32) + "c420" + "62".repeat(32)
                + "c402e1e2c4036b6d73";
        AppInfo info = AppInfo.parse(Bytes.fromHex(published));
        assertThat(info.encode().toHex()).isEqualTo(published);
        assertThat(info.appId().toHex()).isEqualTo("a1a2a3");
        assertThat(AppInfo.parse(Bytes.fromHex("99" + published.substring(2) + "c0")))
                .isEqualTo(info);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "97c400c400c400c400c400c400c400",
                "98c400",
                "80",
                "c0",
                "98c400c400c400c400c400c400c400c40000"
            })
    void refusesOtherAppInfo(String hex) {
        assertThatThrownBy(() -> AppInfo.parse(Bytes.fromHex(hex))).isInstanceOf(EnvelopeException.class);
    }

    @Test
    void readsTheEventLogsJsonAndWritesItBack() {
        Bytes json = Bytes.of(Recordings.bytes("v0.eventlog.json"));
        assertThat(EventLogJson.parse(EventLogJson.write(EventLogJson.parse(json))))
                .isEqualTo(EventLogJson.parse(json));
    }
}
