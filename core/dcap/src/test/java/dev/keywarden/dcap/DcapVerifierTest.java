package dev.keywarden.dcap;

import static dev.keywarden.dcap.Vectors.GOOD_TIME;
import static dev.keywarden.dcap.Vectors.WITH_SGX;
import static dev.keywarden.dcap.Vectors.refusal;
import static dev.keywarden.dcap.Vectors.sgxQuote;
import static dev.keywarden.dcap.Vectors.tdxQuote;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quotes of real platforms with the collateral that Intel signed for them; the numbers are rows of section 6. */
class DcapVerifierTest {
    private final DcapVerifier verifier =
            new DcapVerifier(PinnedRoot.intel(), VerificationPolicy.STRICT.with(WITH_SGX), new VerificationCache());

    @Test // 214
    void acceptsTheRealTdxQuote() {
        VerifiedQuote verified = verifier.verify(tdxQuote(), Vectors.tdxCollateral(), GOOD_TIME);

        assertThat(verified.status()).isEqualTo(TcbStatus.UP_TO_DATE);
        assertThat(verified.advisoryIds()).isEmpty();
        assertThat(verified.evaluationNumber()).isEqualTo(17);
        assertThat(verified.validFrom()).isEqualTo("2025-06-19T10:32:27Z");
        assertThat(verified.validUntil()).isEqualTo("2025-07-19T10:00:35Z");
        assertThat(verified.tcbDate()).isEqualTo("2024-03-13T00:00:00Z");
        assertThat(verified.verifiedAt()).isEqualTo(GOOD_TIME);
        assertThat(verified.launch().module())
                .hasValueSatisfying(module -> assertThat(module.status()).isEqualTo(TcbStatus.UP_TO_DATE));
        assertThat(verified.current()).isEmpty();
        assertThat(verified.collateral().pckCrl().size()).isEqualTo(44);
        assertThat(verified.collateral().rootCrl().size()).isZero();
        assertThat(verified.authentic().trustAnchor()).isEqualTo("intel");
        assertThat(verified.warnings()).isEmpty();
        assertThat(verified.distance().isNone()).isTrue();
    }

    @Test // 214
    void acceptsTheRealSgxQuoteAndTellsItsDistance() {
        VerifiedQuote verified = verifier.verify(sgxQuote(), Vectors.sgxCollateral(), GOOD_TIME);

        assertThat(verified.status()).isEqualTo(TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED);
        assertThat(verified.advisoryIds()).containsExactlyInAnyOrder("INTEL-SA-00289", "INTEL-SA-00615");
        assertThat(verified.distance().sentence())
                .isEqualTo(
                        "The platform is at the level of 2024-03-13 (ConfigurationAndSWHardeningNeeded): SGX component 7 has"
                                + " version 0 and needs 12 (12 behind) for the level of 2024-03-13 (SWHardeningNeeded),"
                                + " which clears INTEL-SA-00289.");
    }

    @ParameterizedTest // 213
    @CsvSource({
        "tdx, 2025-06-19T10:32:26Z, QE_IDENTITY_NOT_YET_VALID, qe-identity",
        "tdx, 2025-07-19T10:00:35Z, CRL_EXPIRED, pck-crl",
        "sgx, 2025-06-19T10:56:10Z, TCB_INFO_NOT_YET_VALID, tcb-info",
        "sgx, 2025-07-19T10:01:18Z, QE_IDENTITY_EXPIRED, qe-identity",
    })
    void refusesRealQuotesOutsideTheWindowOfTheirCollateral(String which, Instant now, DcapCode code, String object) {
        byte[] quote = which.equals("tdx") ? tdxQuote() : sgxQuote();
        Collateral collateral = which.equals("tdx") ? Vectors.tdxCollateral() : Vectors.sgxCollateral();
        for (int round = 0; round < 2; round++) {
            assertThat(refusal(() -> verifier.verify(quote, collateral, now)))
                    .returns(code, DcapException::code)
                    .returns(object, refusal -> refusal.object().token());
            verifier.verify(quote, collateral, GOOD_TIME);
        }
    }

    @Test
    void acceptsUpToTheLastInstant() {
        assertThat(verifier.verify(tdxQuote(), Vectors.tdxCollateral(), Instant.parse("2025-06-19T10:32:27Z")))
                .isNotNull();
        assertThat(verifier.verify(
                        tdxQuote(), Vectors.tdxCollateral(), Instant.parse("2025-07-19T10:00:34.999999999Z")))
                .isNotNull();
    }

    @Test // 12
    void takesSgxQuotesOnlyWhenTold() {
        DcapVerifier tdxOnly = new DcapVerifier(PinnedRoot.intel(), VerificationPolicy.STRICT, new VerificationCache());

        assertThat(refusal(() -> tdxOnly.verify(sgxQuote(), Vectors.sgxCollateral(), GOOD_TIME))
                        .code())
                .isEqualTo(DcapCode.QUOTE_TEE_TYPE_UNSUPPORTED);
    }

    @Test
    void refusesTheCollateralOfAnotherKindOfPlatform() {
        assertThat(refusal(() -> verifier.verify(tdxQuote(), Vectors.sgxCollateral(), GOOD_TIME))
                        .code())
                .isEqualTo(DcapCode.TCB_INFO_UNSUPPORTED);
    }

    @Test
    void namesTheCollateralThatAQuoteNeeds() {
        assertThat(verifier.platformOf(tdxQuote(), GOOD_TIME))
                .isEqualTo(new PlatformKey(
                        TeeType.TDX,
                        verifier.verify(tdxQuote(), Vectors.tdxCollateral(), GOOD_TIME)
                                .collateral()
                                .tcbInfo()
                                .fmspc(),
                        PckCa.PLATFORM));
    }

    @Test
    void writesCollateralSoThatItReadsTheSame() {
        Collateral read = Vectors.tdxCollateral();
        Collateral again = Collateral.ofJson(read.toJson());

        assertThat(again.digest()).isEqualTo(read.digest());
        assertThat(verifier.verify(tdxQuote(), again, GOOD_TIME).status()).isEqualTo(TcbStatus.UP_TO_DATE);
    }

    @Test // 168
    void comparesReportDataWhenAsked() {
        ByteView right = Quote.parse(tdxQuote(), WITH_SGX).body().reportData();
        assertThat(verifier.verify(tdxQuote(), Vectors.tdxCollateral(), GOOD_TIME, right))
                .isNotNull();
        assertThat(refusal(() -> verifier.verify(
                                tdxQuote(), Vectors.tdxCollateral(), GOOD_TIME, ByteView.copyOf(new byte[64])))
                        .code())
                .isEqualTo(DcapCode.REPORT_DATA_MISMATCH);
    }
}
