package dev.keywarden.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Wire protocol, section 7.8. */
final class AppAuthoritiesTest {
    private static final Instant NOW = ReferenceDirectory.RECORDED;
    private static final String APP_ID = "1.3.6.1.4.1.62397.1.3";

    private final RootKeys keys = PublishedKeys.roots();
    private final String root = CertificateAuthority.selfSigned(keys.rootCa(), CertificateProfile.rootCa(), NOW);
    private final AppAuthorities authorities = new AppAuthorities(
            new KeyDerivation(keys),
            CertificateAuthority.of(keys.rootCa(), root),
            appId -> CertificateProfile.appCa(List.of(new CertificateExtension(APP_ID, appId))));
    private final Bytes subject = PublishedKeys.p256("44".repeat(32)).spki();

    private static CertificateProfile named(String name) {
        return new CertificateProfile(
                Optional.empty(),
                name,
                List.of(),
                CertificateProfile.Role.LEAF,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    @Test
    void chainsToTheRoot() throws Exception {
        List<String> issued = authorities.issue(PublishedKeys.APP, named("a"), subject, NOW);
        X509Certificate leaf = CertificateAuthority.parse(issued.get(0));
        X509Certificate ca = CertificateAuthority.parse(issued.get(1));
        leaf.verify(ca.getPublicKey());
        ca.verify(CertificateAuthority.parse(root).getPublicKey());
        assertThat(leaf.getIssuerX500Principal()).isEqualTo(ca.getSubjectX500Principal());
        assertThat(Bytes.of(leaf.getPublicKey().getEncoded())).isEqualTo(subject);
        assertThat(ca.getSerialNumber().toString(16)).isEqualTo("41e6a6b89fdb9e8b1c16889f1d0a4c204e7ff10b");
    }

    @Test
    void givesTheSameCaCertificateOutAgainForAYear() {
        String first =
                authorities.issue(PublishedKeys.APP, named("a"), subject, NOW).get(1);
        Instant soon = NOW.plus(Duration.ofDays(365)).minusSeconds(1);
        assertThat(authorities.issue(PublishedKeys.APP, named("b"), subject, soon))
                .element(1)
                .isEqualTo(first);
        Instant later = NOW.plus(Duration.ofDays(365));
        X509Certificate renewed = CertificateAuthority.parse(
                authorities.issue(PublishedKeys.APP, named("b"), subject, later).get(1));
        assertThat(renewed.getNotAfter().toInstant()).isEqualTo(later.plus(Duration.ofDays(3650)));
        assertThat(renewed.getSerialNumber())
                .isEqualTo(CertificateAuthority.parse(first).getSerialNumber());
    }

    @Test
    void keepsApplicationsApart() {
        Bytes other = Bytes.fromHex("12".repeat(20));
        X509Certificate one = CertificateAuthority.parse(
                authorities.issue(PublishedKeys.APP, named("a"), subject, NOW).get(1));
        X509Certificate two = CertificateAuthority.parse(
                authorities.issue(other, named("a"), subject, NOW).get(1));
        assertThat(one.getPublicKey()).isNotEqualTo(two.getPublicKey());
        assertThat(one.getExtensionValue(APP_ID)).isNotEqualTo(two.getExtensionValue(APP_ID));
    }

    @Test
    void refusesIdsOfOtherWidths() {
        for (int width : new int[] {0, 1, 19, 21, 40}) {
            assertThatThrownBy(() -> authorities.issue(Bytes.of(new byte[width]), named("a"), subject, NOW))
                    .isInstanceOf(KeyException.class)
                    .hasMessage("app_id must be 20 bytes");
        }
    }

    /** As text, a leading # would be hex of anything at all, and a leading backslash would be lost. */
    @Test
    void writesNamesLiterally() {
        for (String name : List.of("#0c0161", "\\a", "a,O=Dstack", " a+b=c ", "é", "")) {
            X509Certificate leaf = CertificateAuthority.parse(authorities
                    .issue(PublishedKeys.APP, named(name), subject, NOW)
                    .get(0));
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            String value = "0c%02x".formatted(utf8.length) + HexFormat.of().formatHex(utf8);
            assertThat(HexFormat.of().formatHex(leaf.getSubjectX500Principal().getEncoded()))
                    .as(name)
                    .endsWith("0603550403" + value);
        }
    }
}
