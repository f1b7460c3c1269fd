package dev.keywarden.dcap;

import static dev.keywarden.dcap.Vectors.GOOD_TIME;
import static dev.keywarden.dcap.Vectors.TDX_ATTESTATION_KEY;
import static dev.keywarden.dcap.Vectors.TDX_AUTH_DATA;
import static dev.keywarden.dcap.Vectors.TDX_BODY_END;
import static dev.keywarden.dcap.Vectors.TDX_END;
import static dev.keywarden.dcap.Vectors.TDX_INNER_TYPE;
import static dev.keywarden.dcap.Vectors.TDX_PEM;
import static dev.keywarden.dcap.Vectors.TDX_QE_REPORT;
import static dev.keywarden.dcap.Vectors.TDX_QE_SIGNATURE;
import static dev.keywarden.dcap.Vectors.TDX_SIGNATURE;
import static dev.keywarden.dcap.Vectors.WITH_SGX;
import static dev.keywarden.dcap.Vectors.code;
import static dev.keywarden.dcap.Vectors.flip;
import static dev.keywarden.dcap.Vectors.refusal;
import static dev.keywarden.dcap.Vectors.sgxQuote;
import static dev.keywarden.dcap.Vectors.simulatorQuote;
import static dev.keywarden.dcap.Vectors.simulatorRoot;
import static dev.keywarden.dcap.Vectors.tdxQuote;
import static dev.keywarden.dcap.Vectors.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The signatures of quotes that real platforms and the reference's simulator made (TDX fact sheet, section 2.2). */
class QuoteVerifierTest {
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final Instant LEAF_ISSUED = Instant.parse("2025-02-06T23:25:51Z");
    private static final Instant LEAF_ENDS = Instant.parse("2032-02-06T23:25:51Z");

    private final QuoteVerifier intel = new QuoteVerifier(PinnedRoot.intel(), new VerificationCache());

    @Test
    void acceptsARealTdxQuoteUnderIntelsRoot() {
        AuthenticQuote authentic = verify(tdxQuote());

        assertThat(authentic.trustAnchor()).isEqualTo("intel");
        assertThat(authentic.issuer()).contains(PckCa.PLATFORM);
        assertThat(authentic.platform().fmspc().toHex()).isEqualToIgnoringCase("B0C06F000000");
        assertThat(authentic.platform().pceId().toHex()).isEqualTo("0000");
        assertThat(authentic.platform().ppid().toHex()).startsWith("811dca2a").hasSize(32);
        assertThat(authentic.platform().components())
                .isEqualTo(authentic.platform().cpuSvn());
        assertThat(authentic.platform().platformInstanceId()).isNotNull();
        assertThat(authentic.platform().configuration()).isNotNull();
        assertThat(authentic.validFrom()).isEqualTo(LEAF_ISSUED);
        assertThat(authentic.validUntil()).isEqualTo(LEAF_ENDS);
        assertThat(authentic.rootKeyDigest().toHex())
                .isEqualToIgnoringCase("A0AF031289F5D5D4132F9186068A7FC13628633BA235777472E29B6B6C67A49E");
    }

    @Test
    void acceptsARealSgxQuoteOfTheProcessorCa() {
        AuthenticQuote authentic = intel.verifySignatures(Quote.parse(sgxQuote(), WITH_SGX), GOOD_TIME);

        assertThat(authentic.issuer()).contains(PckCa.PROCESSOR);
        assertThat(authentic.platform().fmspc().toHex()).isEqualTo("00a067110000");
        assertThat(authentic.platform().components().unsignedAt(4)).isEqualTo(255);
        assertThat(authentic.platform().platformInstanceId()).isNull();
        assertThat(authentic.platform().configuration()).isNull();
    }

    @Test
    void acceptsTheSimulatorsQuoteUnderItsOwnRootOnly() {
        Quote quote = Quote.parse(simulatorQuote(), QuoteLimits.DEFAULT);

        AuthenticQuote authentic = simulatorVerifier().verifySignatures(quote, GOOD_TIME);

        assertThat(authentic.trustAnchor()).isEqualTo("software");
        assertThat(authentic.issuer()).isEmpty();
        assertThat(authentic.platform().ppid().isZero()).isTrue();
        assertThat(refusal(() -> intel.verifySignatures(quote, GOOD_TIME)))
                .returns(DcapCode.ROOT_NOT_TRUSTED, DcapException::code)
                .returns(DcapObject.ROOT, DcapException::object);
    }

    @Test
    void refusesRealQuotesUnderASoftwareRoot() {
        Quote quote = Quote.parse(tdxQuote(), QuoteLimits.DEFAULT);

        assertThat(code(() -> simulatorVerifier().verifySignatures(quote, GOOD_TIME)))
                .isEqualTo(DcapCode.ROOT_NOT_TRUSTED);
    }

    @Test
    void holdsCertificatesToTheirWindowWhetherTheChainIsKnownOrNot() {
        Quote quote = Quote.parse(tdxQuote(), QuoteLimits.DEFAULT);

        for (int round = 0; round < 2; round++) {
            assertThat(refusal(() -> intel.verifySignatures(quote, LEAF_ISSUED.minusSeconds(1))))
                    .returns(DcapCode.CERT_NOT_YET_VALID, DcapException::code)
                    .returns(DcapObject.PCK_LEAF, DcapException::object);
            assertThat(refusal(() -> intel.verifySignatures(quote, LEAF_ENDS.plusSeconds(1))))
                    .returns(DcapCode.CERT_EXPIRED, DcapException::code)
                    .returns(DcapObject.PCK_LEAF, DcapException::object);
            assertThat(refusal(() -> intel.verifySignatures(quote, Instant.parse("2033-05-21T10:50:11Z"))))
                    .returns(DcapObject.PCK_CA, DcapException::object);
            assertThat(refusal(() -> intel.verifySignatures(quote, Instant.parse("2050-01-01T00:00:00Z"))))
                    .returns(DcapObject.ROOT, DcapException::object);
            assertThat(refusal(() -> intel.verifySignatures(quote, Instant.parse("2018-01-01T00:00:00Z"))))
                    .returns(DcapObject.ROOT, DcapException::object);
            assertThat(intel.verifySignatures(quote, LEAF_ISSUED)).isNotNull();
            assertThat(intel.verifySignatures(quote, LEAF_ENDS)).isNotNull();
        }
    }

    @Test
    void refusesEveryBitFlippedInHeaderAndBody() {
        byte[] quote = tdxQuote();
        verify(quote);
        for (int index = 0; index < TDX_BODY_END; index++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = flip(quote, index, bit);
                DcapCode code = code(() -> verify(changed));
                boolean earlier = code.category() == DcapCode.Category.INPUT && index < 28;
                assertThat(earlier || code == DcapCode.QUOTE_SIGNATURE_INVALID)
                        .as("byte %d bit %d: %s", index, bit, code)
                        .isTrue();
            }
        }
    }

    @Test
    void refusesABitFlippedInAnyByteOfTheSignatureData() {
        byte[] quote = tdxQuote();
        verify(quote);
        for (int index = TDX_BODY_END; index < TDX_END; index++) {
            byte[] changed = flip(quote, index, index % 8);
            DcapException refusal = refusal(() -> verify(changed));
            assertThat(expectedAt(index)).as("byte %d: %s", index, refusal).contains(refusal.code());
        }
    }

    @Test
    void refusesEveryBitFlippedInTheReportOfTheQuotingEnclave() {
        byte[] quote = tdxQuote();
        verify(quote);
        for (int index = TDX_QE_REPORT; index < TDX_AUTH_DATA - 2; index++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = flip(quote, index, bit);
                assertThat(expectedAt(index)).as("byte %d bit %d", index, bit).contains(code(() -> verify(changed)));
            }
        }
    }

    private static List<DcapCode> expectedAt(int index) {
        if (index < TDX_SIGNATURE) {
            return List.of(DcapCode.QUOTE_TRUNCATED, DcapCode.QUOTE_STRUCTURE_INVALID);
        } else if (index < TDX_ATTESTATION_KEY) {
            return List.of(DcapCode.QUOTE_SIGNATURE_INVALID);
        } else if (index < TDX_ATTESTATION_KEY + 64) {
            return List.of(DcapCode.ATTESTATION_KEY_INVALID);
        } else if (index < TDX_QE_REPORT) {
            return List.of(DcapCode.QUOTE_CERT_DATA_UNSUPPORTED, DcapCode.QUOTE_STRUCTURE_INVALID);
        } else if (index < TDX_AUTH_DATA - 2) {
            return List.of(DcapCode.QE_REPORT_SIGNATURE_INVALID);
        } else if (index < TDX_AUTH_DATA) {
            return List.of(DcapCode.QUOTE_CERT_DATA_UNSUPPORTED, DcapCode.QUOTE_TRUNCATED);
        } else if (index < TDX_INNER_TYPE) {
            return List.of(DcapCode.QE_REPORT_DATA_MISMATCH);
        } else if (index < TDX_PEM) {
            return List.of(
                    DcapCode.QUOTE_CERT_DATA_UNSUPPORTED, DcapCode.QUOTE_TRUNCATED, DcapCode.QUOTE_STRUCTURE_INVALID);
        }
        return List.of(
                DcapCode.CERT_CHAIN_MALFORMED,
                DcapCode.CERT_SIGNATURE_INVALID,
                DcapCode.CERT_PROFILE_INVALID,
                DcapCode.ROOT_NOT_TRUSTED);
    }

    @Test
    void refusesABitFlippedInAnyByteOfTheSimulatorsQuote() {
        byte[] quote = simulatorQuote();
        QuoteVerifier verifier = simulatorVerifier();
        verifier.verifySignatures(Quote.parse(quote, QuoteLimits.DEFAULT), GOOD_TIME);
        for (int index = 0; index < quote.length; index++) {
            byte[] changed = flip(quote, index, index % 8);
            assertThat(code(() -> verifier.verifySignatures(Quote.parse(changed, QuoteLimits.DEFAULT), GOOD_TIME)))
                    .isNotNull();
        }
    }

    @Test
    void refusesSignaturesWithImpossibleNumbers() {
        byte[] zero = new byte[32];
        byte[] one = fixedWidth(BigInteger.ONE);
        byte[] order = fixedWidth(ORDER);
        byte[] real = Arrays.copyOfRange(tdxQuote(), TDX_SIGNATURE, TDX_SIGNATURE + 32);
        for (byte[][] pair :
                new byte[][][] {{zero, zero}, {one, one}, {order, one}, {real, zero}, {zero, real}, {real, order}}) {
            assertThat(code(() -> verify(withSignature(TDX_SIGNATURE, pair[0], pair[1]))))
                    .isEqualTo(DcapCode.QUOTE_SIGNATURE_INVALID);
            assertThat(code(() -> verify(withSignature(TDX_QE_SIGNATURE, pair[0], pair[1]))))
                    .isEqualTo(DcapCode.QE_REPORT_SIGNATURE_INVALID);
        }
    }

    @Test
    void acceptsTheOtherOfTheTwoSignaturesThatEveryKeyHas() {
        byte[] quote = tdxQuote();
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(quote, TDX_SIGNATURE + 32, TDX_SIGNATURE + 64));
        byte[] r = Arrays.copyOfRange(quote, TDX_SIGNATURE, TDX_SIGNATURE + 32);

        assertThat(verify(withSignature(TDX_SIGNATURE, r, fixedWidth(ORDER.subtract(s)))))
                .isNotNull();
    }

    @Test
    void refusesAnotherAttestationKeyThatIsAPoint() {
        byte[] simulatorsKey = Arrays.copyOfRange(simulatorQuote(), TDX_ATTESTATION_KEY, TDX_ATTESTATION_KEY + 64);
        byte[] quote = tdxQuote();
        System.arraycopy(simulatorsKey, 0, quote, TDX_ATTESTATION_KEY, 64);

        assertThat(refusal(() -> verify(quote)))
                .returns(DcapCode.QE_REPORT_DATA_MISMATCH, DcapException::code)
                .returns(DcapObject.QE_REPORT, DcapException::object);
    }

    @Test
    void refusesTheBodyOfAnotherQuoteOverAKnownQuotingEnclave() {
        byte[] spliced = tdxQuote();
        verify(spliced);
        System.arraycopy(simulatorQuote(), 48, spliced, 48, 584);

        assertThat(code(() -> verify(spliced))).isEqualTo(DcapCode.QUOTE_SIGNATURE_INVALID);
    }

    @Test
    void wantsTheChainThatAQuoteOnlyNames() {
        byte[] chain = pckChain();
        Quote matching = Quote.parse(withPlatformIdentifiers(cpuSvn(), 11, "0000"), QuoteLimits.DEFAULT);

        assertThat(code(() -> intel.verifySignatures(matching, GOOD_TIME)))
                .isEqualTo(DcapCode.QUOTE_CERT_DATA_UNSUPPORTED);
        assertThat(intel.verifySignatures(matching, chain, GOOD_TIME).platform().pceSvn())
                .isEqualTo(11);
        for (byte[] other : List.of(
                withPlatformIdentifiers(new byte[16], 11, "0000"),
                withPlatformIdentifiers(cpuSvn(), 12, "0000"),
                withPlatformIdentifiers(cpuSvn(), 11, "0100"))) {
            assertThat(code(() -> intel.verifySignatures(Quote.parse(other, QuoteLimits.DEFAULT), chain, GOOD_TIME)))
                    .isEqualTo(DcapCode.PCK_CERT_MISMATCH);
        }
    }

    @Test
    void acceptsASuppliedChainOnlyIfItIsThatOfTheQuote() {
        byte[] sgx = sgxQuote();
        byte[] foreign = Quote.parse(sgx, WITH_SGX).certificationData().data().toArray();
        Quote quote = Quote.parse(tdxQuote(), QuoteLimits.DEFAULT);

        assertThat(intel.verifySignatures(quote, pckChain(), GOOD_TIME)).isNotNull();
        assertThat(refusal(() -> intel.verifySignatures(quote, foreign, GOOD_TIME)))
                .returns(DcapCode.PCK_CERT_MISMATCH, DcapException::code)
                .returns(DcapObject.PCK_LEAF, DcapException::object);
    }

    @Test
    void staysInsideItsCodesOnRandomCertificationData() {
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            byte[] quote = tdxQuote();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                quote[random.nextInt(TDX_PEM, TDX_END)] = (byte) random.nextInt(256);
            }
            try {
                verify(quote);
            } catch (DcapException e) {
                assertThat(e.code().category())
                        .isIn(DcapCode.Category.CERTIFICATE, DcapCode.Category.TIME, DcapCode.Category.SIGNATURE);
            }
        }
    }

    private AuthenticQuote verify(byte[] quote) {
        return intel.verifySignatures(Quote.parse(quote, QuoteLimits.DEFAULT), GOOD_TIME);
    }

    private static QuoteVerifier simulatorVerifier() {
        return new QuoteVerifier(SoftwareRoots.of(List.of(simulatorRoot().publicKeyInfo())), new VerificationCache());
    }

    private static byte[] fixedWidth(BigInteger number) {
        return HexFormat.of().parseHex("%064x".formatted(number));
    }

    private static byte[] withSignature(int at, byte[] r, byte[] s) {
        byte[] quote = tdxQuote();
        System.arraycopy(r, 0, quote, at, 32);
        System.arraycopy(s, 0, quote, at + 32, 32);
        return quote;
    }

    private static byte[] pckChain() {
        return Quote.parse(tdxQuote(), QuoteLimits.DEFAULT)
                .certificationData()
                .data()
                .toArray();
    }

    private byte[] cpuSvn() {
        return verify(tdxQuote()).platform().cpuSvn().toArray();
    }

    /** The real quote with certification data type 3 in place of the chain. */
    private static byte[] withPlatformIdentifiers(byte[] cpuSvn, int pceSvn, String pceId) {
        byte[] quote = Arrays.copyOf(tdxQuote(), TDX_PEM + 404);
        System.arraycopy(cpuSvn, 0, quote, TDX_PEM + 384, 16);
        quote[TDX_PEM + 400] = (byte) pceSvn;
        quote[TDX_PEM + 401] = 0;
        System.arraycopy(HexFormat.of().parseHex(pceId), 0, quote, TDX_PEM + 402, 2);
        byte[] inner = with(quote, TDX_INNER_TYPE, 3, 0, 404 & 0xff, 404 >> 8, 0, 0);
        int outer = inner.length - TDX_QE_REPORT;
        int all = inner.length - TDX_SIGNATURE;
        byte[] sized = with(inner, TDX_QE_REPORT - 4, outer & 0xff, outer >> 8, 0, 0);
        return with(sized, TDX_BODY_END, all & 0xff, all >> 8, 0, 0);
    }
}
