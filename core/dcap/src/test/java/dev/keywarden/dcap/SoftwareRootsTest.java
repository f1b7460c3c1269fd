package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftwareRootsTest {
    @Test
    void refusesToTrustNothingAndWhatIsNoKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> SoftwareRoots.of(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> SoftwareRoots.of(List.of(ByteView.copyOf(new byte[91]))));
        assertThatIllegalArgumentException().isThrownBy(() -> SoftwareRoots.of(List.of(ByteView.copyOf(new byte[0]))));
    }

    @Test
    void readsARootFromTextWithExactlyOneCertificate() {
        String root = new String(Vectors.read("simulator_root.pem"), StandardCharsets.US_ASCII);

        assertThat(RootCertificate.ofPem(ascii(root)).publicKeyInfo().length()).isEqualTo(91);
        assertThat(Vectors.code(() -> RootCertificate.ofPem(ascii(root + root))))
                .isEqualTo(DcapCode.CERT_CHAIN_LENGTH_INVALID);
        assertThat(Vectors.code(() -> RootCertificate.ofPem(new byte[0])))
                .isEqualTo(DcapCode.CERT_CHAIN_LENGTH_INVALID);
        assertThat(Vectors.code(() -> RootCertificate.ofPem(ascii("# mine\n" + root))))
                .isEqualTo(DcapCode.CERT_CHAIN_MALFORMED);
    }

    @Test
    void refusesARootThatIsNoAuthorityOrNotItsOwnIssuer() {
        Quote quote = Quote.parse(Vectors.simulatorQuote(), QuoteLimits.DEFAULT);
        String chain = new String(quote.certificationData().data().toArray(), StandardCharsets.US_ASCII);
        String leaf = chain.substring(0, chain.indexOf("-----BEGIN", 1));

        assertThat(Vectors.code(() -> RootCertificate.ofPem(ascii(leaf)))).isEqualTo(DcapCode.CERT_SIGNATURE_INVALID);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
