package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Intel's root as shipped, against the values of the TDX fact sheet, section 2.3. */
class PinnedRootTest {
    @Test
    void isTheRootThatIntelPublishes() throws Exception {
        Certificate root = intelRoot();

        assertThat(Sha256.of(root.encoded()).toHex())
                .isEqualToIgnoringCase("44A0196B2B99F889B8E149E95B807A350E7424964399E885A7CBB8CCFAB674D3");
        assertThat(Sha256.of(root.publicKeyInfo()).toHex())
                .isEqualToIgnoringCase("A0AF031289F5D5D4132F9186068A7FC13628633BA235777472E29B6B6C67A49E");
        assertThat(root.serial().toHex()).isEqualToIgnoringCase("22650CD65A9D3489F383B49552BF501B392706AC");
        assertThat(root.notBefore()).isEqualTo(Instant.parse("2018-05-21T10:45:10Z"));
        assertThat(root.notAfter()).isEqualTo(Instant.parse("2049-12-31T23:59:59Z"));
        assertThat(root.commonName()).contains("Intel SGX Root CA");
        assertThat(PinnedRoot.intel().label()).isEqualTo("intel");
    }

    @Test
    void readsCertificatesAsTheJdkDoes() throws Exception {
        Quote quote = Quote.parse(Vectors.tdxQuote(), QuoteLimits.DEFAULT);
        List<ByteView> chain = PemChain.decode(quote.certificationData().data(), DcapObject.QUOTE);
        assertThat(chain).hasSize(3);
        for (ByteView encoded : chain) {
            Certificate ours = Certificate.parse(encoded);
            X509Certificate theirs = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded.toArray()));

            assertThat(ours.signedPart().toArray()).isEqualTo(theirs.getTBSCertificate());
            assertThat(ours.signature().toArray()).isEqualTo(theirs.getSignature());
            assertThat(ours.publicKeyInfo().toArray())
                    .isEqualTo(theirs.getPublicKey().getEncoded());
            assertThat(ours.subject().toArray())
                    .isEqualTo(theirs.getSubjectX500Principal().getEncoded());
            assertThat(ours.issuer().toArray())
                    .isEqualTo(theirs.getIssuerX500Principal().getEncoded());
            assertThat(ours.notBefore()).isEqualTo(theirs.getNotBefore().toInstant());
            assertThat(ours.notAfter()).isEqualTo(theirs.getNotAfter().toInstant());
            assertThat(new BigInteger(1, ours.serial().toArray())).isEqualTo(theirs.getSerialNumber());
            assertThat(ours.version()).isEqualTo(theirs.getVersion());
        }
    }

    @Test
    void takesAnotherRootOnlyIfItIsMadeLikeIntels() {
        assertThat(Vectors.refusal(() -> PinnedRoot.custom(Vectors.simulatorRoot())))
                .returns(DcapObject.ROOT, DcapException::object)
                .returns(DcapCode.CERT_PROFILE_INVALID, DcapException::code);
    }

    @Test
    void stillTakesThePublishedRootWhenMatchedByKey() {
        QuoteVerifier verifier = new QuoteVerifier(PinnedRoot.intel().matchedByKey(), new VerificationCache());
        Quote quote = Quote.parse(Vectors.tdxQuote(), QuoteLimits.DEFAULT);

        assertThat(verifier.verifySignatures(quote, Vectors.GOOD_TIME).trustAnchor())
                .isEqualTo("intel");
    }

    private static Certificate intelRoot() throws DerReader.MalformedDerException {
        Quote quote = Quote.parse(Vectors.tdxQuote(), QuoteLimits.DEFAULT);
        List<ByteView> chain = PemChain.decode(quote.certificationData().data(), DcapObject.QUOTE);
        return PinnedRoot.intel().admit(Certificate.parse(chain.get(2)), DcapObject.ROOT);
    }
}
