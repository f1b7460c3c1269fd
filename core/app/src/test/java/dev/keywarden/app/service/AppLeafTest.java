package dev.keywarden.app.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.attestation.AppInfo;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.RequestedCertificate;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.KeyException;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, sections 7.7 and 7.8, and section 14, defects 27 and 28. */
final class AppLeafTest {
    private static final String DOMAIN = "kms.example.com";
    private static final Bytes APP_ID = Bytes.fromHex("11".repeat(20));
    private static final BootInfo WHO = new BootInfo(
            "dstack-tdx",
            Bytes.fromHex("a1".repeat(32)),
            Bytes.fromHex("a2".repeat(32)),
            Bytes.fromHex("a3".repeat(32)),
            APP_ID,
            Bytes.fromHex("a4".repeat(32)),
            Bytes.fromHex("a5".repeat(20)),
            Bytes.fromHex("a6".repeat(32)),
            Bytes.fromHex("a7"),
            "UpToDate",
            List.of());
    private static final AttestationEnvelope EVIDENCE = new AttestationEnvelope(
            Bytes.fromHex("0102"), List.of(), List.of(), Bytes.of(new byte[64]), "{\"os_image_hash\":\"ff\"}");

    private static RequestedCertificate named(String subject, String... names) {
        return wanted(subject, List.of(names), false, false, Optional.empty());
    }

    private static RequestedCertificate wanted(
            String subject, List<String> names, boolean evidence, boolean info, Optional<Long> notAfter) {
        return new RequestedCertificate(
                Optional.of("Org"), subject, names, true, false, evidence, info, Optional.of(1_700_000_000L), notAfter);
    }

    private static CertificateProfile profile(RequestedCertificate wanted) {
        return AppLeaf.profile(new SigningRequest.V2(Bytes.fromHex("30"), wanted, EVIDENCE), WHO);
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void namesUsagesAndTimesAreTheRequesters() {
        CertificateProfile profile = profile(wanted("a", List.of("b", "c"), false, false, Optional.of(2_000_000_000L)));
        assertThat(profile.organization()).contains("Org");
        assertThat(profile.commonName()).isEqualTo("a");
        assertThat(profile.subjectAltNames()).containsExactly("b", "c");
        assertThat(profile.role()).isEqualTo(CertificateProfile.Role.LEAF);
        assertThat(profile.serverAuth()).isTrue();
        assertThat(profile.clientAuth()).isFalse();
        assertThat(profile.notBefore()).contains(Instant.ofEpochSecond(1_700_000_000L));
        assertThat(profile.notAfter()).contains(Instant.ofEpochSecond(2_000_000_000L));
    }

    @Test
    void extensionsAreInTheProtocolsOrderAndIdentityIsWhatWasVerified() {
        assertThat(profile(named("a")).extensions())
                .containsExactly(
                        new CertificateExtension(RaTlsExtensions.APP_ID, APP_ID),
                        new CertificateExtension(RaTlsExtensions.SPECIAL_USAGE, ascii("app:custom")));
        assertThat(profile(wanted("a", List.of(), true, true, Optional.empty())).extensions())
                .containsExactly(
                        new CertificateExtension(RaTlsExtensions.APP_ID, APP_ID),
                        new CertificateExtension(
                                RaTlsExtensions.APP_INFO, AppInfo.of(WHO).encode()),
                        new CertificateExtension(RaTlsExtensions.SPECIAL_USAGE, ascii("app:custom")),
                        new CertificateExtension(RaTlsExtensions.ATTESTATION, EnvelopeCodec.encode(EVIDENCE)));
    }

    /** Section 14, defect 28: nothing of it comes from the evidence's own configuration, or is left out. */
    @Test
    void defect28AppInfoIsTheVerifiedBootInfo() {
        assertThat(AppInfo.of(WHO))
                .isEqualTo(new AppInfo(
                        APP_ID,
                        WHO.composeHash(),
                        WHO.instanceId(),
                        WHO.deviceId(),
                        WHO.mrSystem(),
                        WHO.mrAggregated(),
                        WHO.osImageHash(),
                        WHO.keyProviderInfo()));
    }

    @Test
    void theCaOfAnAppNamesTheAppAndWhatItIsFor() {
        CertificateProfile ca = AppLeaf.authority(APP_ID);
        assertThat(ca.role()).isEqualTo(CertificateProfile.Role.ISSUING_CA);
        assertThat(ca.extensions())
                .containsExactly(
                        new CertificateExtension(RaTlsExtensions.APP_ID, APP_ID),
                        new CertificateExtension(RaTlsExtensions.SPECIAL_USAGE, ascii("app:ca")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"kms.example.com", "KMS.example.COM", "kms.example.com.", "*.example.com", "*.EXAMPLE.com."})
    void defect27NoAppSpeaksForTheKms(String name) {
        assertThatThrownBy(() -> AppLeaf.requireAcceptable(named("a", "b", name), DOMAIN))
                .isInstanceOf(KeyException.class)
                .hasMessageStartingWith("the subject alternative name ")
                .hasMessageEndingWith("Ask for another name");
        assertThatThrownBy(() -> AppLeaf.requireAcceptable(named(name), DOMAIN)).hasMessageStartingWith("the subject ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "example.com", "*.com", "*.kms.example.com", "x.kms.example.com", "kms.example.co", "*"
            })
    void otherNamesAreTheAppsToChoose(String name) {
        assertThatCode(() -> AppLeaf.requireAcceptable(named(name, name), DOMAIN))
                .doesNotThrowAnyException();
    }

    @Test
    void aKmsWithoutADotIsProtectedToo() {
        assertThatThrownBy(() -> AppLeaf.requireAcceptable(named("a", "localhost"), "localhost"))
                .isInstanceOf(KeyException.class);
        assertThatCode(() -> AppLeaf.requireAcceptable(named("a", "*.localhost", "*."), "localhost"))
                .doesNotThrowAnyException();
    }

    @Test
    void lengthsHaveABound() {
        String longest = "a".repeat(AppLeaf.MAX_NAME);
        assertThatCode(() -> AppLeaf.requireAcceptable(named(longest, "b".repeat(AppLeaf.MAX_DNS_NAME)), DOMAIN))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> AppLeaf.requireAcceptable(named(longest + "a"), DOMAIN))
                .hasMessage("subject has 257 characters; at most 256 are allowed");
        assertThatThrownBy(() -> AppLeaf.requireAcceptable(named("a", "b".repeat(AppLeaf.MAX_DNS_NAME + 1)), DOMAIN))
                .hasMessage("a subject alternative name has 254 characters; at most 253 are allowed");
    }

    @ParameterizedTest
    @CsvSource({"0", "1700000000", "253402300799"})
    void timesMayBeAnyThatACertificateCanSay(long seconds) {
        assertThatCode(() ->
                        AppLeaf.requireAcceptable(wanted("a", List.of(), false, false, Optional.of(seconds)), DOMAIN))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"253402300800, 253402300800", "9223372036854775807, 9223372036854775807", "-1, 18446744073709551615"})
    void timesMayNotBePastThat(long seconds, String shown) {
        assertThatThrownBy(() ->
                        AppLeaf.requireAcceptable(wanted("a", List.of(), false, false, Optional.of(seconds)), DOMAIN))
                .isInstanceOf(KeyException.class)
                .hasMessage("not_after is " + shown + ", past the year 9999; it must be Unix time in seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000", "\n", "a\u007f", "a\u0085b"})
    void controlCharactersAreRefused(String text) {
        assertThatThrownBy(() -> AppLeaf.requireAcceptable(named(text), DOMAIN))
                .isInstanceOf(KeyException.class)
                .hasMessage("subject has control characters");
    }
}
