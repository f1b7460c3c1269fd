package dev.keywarden.softtee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.dcap.AuthenticQuote;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.TdPolicy;
import dev.keywarden.dcap.TdReport;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TDX fact sheet, sections 6.1 and 6.6, on forged quotes under a pinned root; the numbers are its rows. */
class ForgedQuoteTest {
    private final Forgery forgery = new Forgery();

    @Test
    void isAcceptedByTheStrictVerifierAndTheStrictPolicy() {
        AuthenticQuote authentic = forgery.verify(forgery.quote().encode());

        TdPolicy.STRICT.check(authentic);
        assertThat(authentic.quote().qeReport().isvProdId()).isEqualTo(2);
        assertThat(authentic.quote().tdReport().orElseThrow().reportData().toHex())
                .isEqualTo("07".repeat(64));
    }

    @Test // 25
    void isAcceptedWithPaddingToo() {
        byte[] padded = forgery.quote()
                .splice(quote -> Arrays.copyOf(quote, quote.length + 70))
                .encode();

        assertThat(forgery.verify(padded).quote().canonical())
                .isEqualTo(forgery.verify(forgery.quote().encode()).quote().canonical());
    }

    @Test // 26
    void refusesTheChainWithoutItsWrapping() {
        byte[] unwrapped = forgery.quote().header(with(0, 3)).splice(with(0, 4)).encode();

        assertThat(forgery.refusal(unwrapped)).isEqualTo("QUOTE_CERT_DATA_UNSUPPORTED quote");
    }

    @ParameterizedTest // 35
    @ValueSource(ints = {0, 31, 33, 64})
    void refusesAuthenticationDataOfAnotherLengthThoughItIsVouchedFor(int length) {
        byte[] quote = forgery.quote().authenticationData(new byte[length]).encode();

        assertThat(forgery.refusal(quote)).isEqualTo("QUOTE_STRUCTURE_INVALID quote");
        QuoteLimits any = new QuoteLimits(32 * 1024, 4096, 0, 64, false, false);
        assertThat(forgery.strict.verifySignatures(Quote.parse(quote, any), Forgery.NOW))
                .isNotNull();
    }

    @Test
    void verifiesAllLayouts() {
        for (int bodyType = 2; bodyType <= 4; bodyType++) {
            byte[] quote = forgery.quote().versionFive(bodyType).encode();
            AuthenticQuote authentic = forgery.strict.verifySignatures(
                    Quote.parse(quote, QuoteLimits.DEFAULT.withExtendedReport()), Forgery.NOW);
            TdReport report = authentic.quote().tdReport().orElseThrow();
            assertThat(report.layout().bodyType()).isEqualTo(bodyType);
        }
        byte[] sgx = forgery.quote().versionThree().encode();
        assertThat(forgery.strict
                        .verifySignatures(Quote.parse(sgx, QuoteLimits.DEFAULT.withSgx()), Forgery.NOW)
                        .quote()
                        .body()
                        .reportData()
                        .toHex())
                .isEqualTo("07".repeat(64));
    }

    @Test // 212
    void refusesAnEnclaveInDebugMode() {
        byte[] sgx = forgery.quote().versionThree().body(with(48, 2)).encode();
        AuthenticQuote authentic =
                forgery.strict.verifySignatures(Quote.parse(sgx, QuoteLimits.DEFAULT.withSgx()), Forgery.NOW);

        assertThat(Forgery.refusal(() -> TdPolicy.STRICT.check(authentic))).isEqualTo("ENCLAVE_DEBUG_ENABLED quote");
    }

    @Test // 148
    void refusesAQuotingEnclaveOfAnotherPlatform() {
        assertThat(forgery.refusal(forgery.quote()
                        .qeReportSigner(forgery.pki.platformKey("other"))
                        .encode()))
                .isEqualTo("QE_REPORT_SIGNATURE_INVALID qe-report");
    }

    @Test // 149, 150
    void refusesAReportThatDoesNotBindTheKey() {
        for (int index = 320; index < 384; index++) {
            byte[] quote = forgery.quote().qeReport(flip(index)).encode();
            assertThat(forgery.refusal(quote)).isEqualTo("QE_REPORT_DATA_MISMATCH qe-report");
        }
    }

    @Test // 151
    void refusesAKeyThatTheQuotingEnclaveDoesNotVouchFor() {
        SoftwareKey other = forgery.pki.attestationKey("other");
        byte[] quote = forgery.quote()
                .quoteSigner(other)
                .splice(bytes -> {
                    System.arraycopy(other.point(), 0, bytes, 700, 64);
                    return bytes;
                })
                .encode();

        assertThat(forgery.refusal(quote)).isEqualTo("QE_REPORT_DATA_MISMATCH qe-report");
    }

    @Test // 152
    void refusesOtherAuthenticationData() {
        assertThat(forgery.refusal(forgery.quote().splice(flip(1230)).encode()))
                .isEqualTo("QE_REPORT_DATA_MISMATCH qe-report");
    }

    @Test // 153
    void refusesAQuotingEnclaveInDebugMode() {
        assertThat(forgery.refusal(forgery.quote().qeReport(with(48, 0x17)).encode()))
                .isEqualTo("QE_DEBUG_ENABLED qe-report");
    }

    @Test // 164, 165
    void refusesAnotherSignerAndEveryByteFlipped() {
        assertThat(forgery.refusal(forgery.quote()
                        .quoteSigner(forgery.pki.attestationKey("other"))
                        .encode()))
                .isEqualTo("QUOTE_SIGNATURE_INVALID quote");
        byte[] quote = forgery.quote().encode();
        for (int index = 28; index < 632; index++) {
            assertThat(forgery.refusal(Forgery.flipped(quote, index))).isEqualTo("QUOTE_SIGNATURE_INVALID quote");
        }
    }

    @Test // 167
    void refusesADescriptorThatIsNotSigned() {
        assertThat(forgery.refusal(
                        forgery.quote().versionFive(3).descriptorNotSigned().encode()))
                .isEqualTo("QUOTE_SIGNATURE_INVALID quote");
    }

    @Test // 228
    void judgesASecondQuoteOfAKnownQuotingEnclaveByItsOwnSignature() {
        forgery.verify(forgery.quote().encode());

        assertThat(forgery.verify(forgery.quote().body(flip(200)).encode())).isNotNull();
        assertThat(forgery.refusal(Forgery.flipped(forgery.quote().encode(), 300)))
                .isEqualTo("QUOTE_SIGNATURE_INVALID quote");
    }

    @Test
    void makesTheSameQuoteEachTime() {
        assertThat(new Forgery().quote().encode()).isEqualTo(forgery.quote().encode());
    }

    private static UnaryOperator<byte[]> with(int index, int value) {
        return bytes -> {
            bytes[index] = (byte) value;
            return bytes;
        };
    }

    private static UnaryOperator<byte[]> flip(int index) {
        return bytes -> Forgery.flipped(bytes, index);
    }
}
