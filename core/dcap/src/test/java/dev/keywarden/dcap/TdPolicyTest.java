package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TDX fact sheet, sections 2.9 and 6.8; wire protocol, section 6.7, step 2. */
class TdPolicyTest {
    private static final long SEPT_VE_DISABLE = 1L << 28;
    private static final long XFAM = 0x0602e7;

    @Test
    void acceptsTheRealQuotes() {
        QuoteVerifier verifier = new QuoteVerifier(PinnedRoot.intel(), new VerificationCache());
        AuthenticQuote tdx =
                verifier.verifySignatures(Quote.parse(Vectors.tdxQuote(), QuoteLimits.DEFAULT), Vectors.GOOD_TIME);
        AuthenticQuote sgx =
                verifier.verifySignatures(Quote.parse(Vectors.sgxQuote(), Vectors.WITH_SGX), Vectors.GOOD_TIME);

        assertThatCode(() -> TdPolicy.STRICT.check(tdx)).doesNotThrowAnyException();
        assertThatCode(() -> TdPolicy.STRICT.check(sgx)).doesNotThrowAnyException();
    }

    @Test
    void refusesDebugFirstAndInTheWordsThatClientsKnow() {
        DcapException refusal = Vectors.refusal(() -> TdPolicy.STRICT.checkTd(td(0xffL, 0)));

        assertThat(refusal)
                .returns(DcapCode.TD_DEBUG_ENABLED, DcapException::code)
                .returns(DcapObject.TD, DcapException::object)
                .returns("Debug mode is not allowed", DcapException::detail);
        assertThat(Vectors.code(() -> TdPolicy.DCAP.checkTd(td(1 | SEPT_VE_DISABLE, XFAM))))
                .isEqualTo(DcapCode.TD_DEBUG_ENABLED);
    }

    static LongStream bitsThatMustBeClear() {
        return LongStream.range(1, 64).filter(bit -> bit != 28 && bit != 30);
    }

    @ParameterizedTest
    @MethodSource("bitsThatMustBeClear")
    void refusesEveryOtherAttributeBitAndNamesIt(long bit) {
        DcapException refusal = Vectors.refusal(() -> TdPolicy.STRICT.checkTd(td(SEPT_VE_DISABLE | 1L << bit, XFAM)));

        assertThat(refusal.code()).isEqualTo(DcapCode.TD_ATTRIBUTES_NOT_ALLOWED);
        assertThat(refusal.detail()).endsWith("(bit " + bit + ")");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 27, 29, 31, 62, 63})
    void acceptsAnAttributeThatASettingPermits(int bit) {
        TdPolicy permissive = new TdPolicy(
                TdPolicy.STRICT.permittedAttributes() | 1L << bit, true, TdPolicy.STRICT.permittedXfam(), Set.of());

        assertThatCode(() -> permissive.checkTd(td(SEPT_VE_DISABLE | 1L << bit, XFAM)))
                .doesNotThrowAnyException();
    }

    @Test
    void letsKeyLockerPassWithTheProfileOfTheReferenceOnly() {
        TdReport keyLocker = td(SEPT_VE_DISABLE | 1L << 31, 0);

        assertThatCode(() -> TdPolicy.DCAP.checkTd(keyLocker)).doesNotThrowAnyException();
        assertThat(Vectors.code(() -> TdPolicy.STRICT.checkTd(keyLocker)))
                .isEqualTo(DcapCode.TD_ATTRIBUTES_NOT_ALLOWED);
        assertThat(Vectors.code(() -> TdPolicy.DCAP.checkTd(td(SEPT_VE_DISABLE | 1L << 29, 0))))
                .isEqualTo(DcapCode.TD_ATTRIBUTES_NOT_ALLOWED);
        assertThat(Vectors.code(() -> TdPolicy.DCAP.checkTd(td(SEPT_VE_DISABLE | 1L << 39, 0))))
                .isEqualTo(DcapCode.TD_ATTRIBUTES_NOT_ALLOWED);
    }

    @Test
    void acceptsProtectionKeys() {
        assertThatCode(() -> TdPolicy.STRICT.checkTd(td(SEPT_VE_DISABLE | 1L << 30, XFAM)))
                .doesNotThrowAnyException();
    }

    @Test
    void demandsSeptVeDisable() {
        assertThat(Vectors.code(() -> TdPolicy.STRICT.checkTd(td(0, XFAM))))
                .isEqualTo(DcapCode.TD_SEPT_VE_DISABLE_REQUIRED);
        assertThat(Vectors.code(() -> TdPolicy.DCAP.checkTd(td(1L << 30, XFAM))))
                .isEqualTo(DcapCode.TD_SEPT_VE_DISABLE_REQUIRED);
    }

    static LongStream badXfam() {
        long permitted = TdPolicy.STRICT.permittedXfam();
        LongStream outside = LongStream.range(0, 64)
                .filter(bit -> (permitted & 1L << bit) == 0)
                .map(bit -> XFAM | 1L << bit);
        LongStream halves = LongStream.of(
                XFAM & ~1L, // x87
                XFAM & ~2L, // SSE
                XFAM & ~(1L << 5),
                XFAM & ~(1L << 6),
                XFAM & ~(1L << 7),
                XFAM & ~(1L << 2), // AVX-512 without AVX
                XFAM | 1L << 11,
                XFAM | 1L << 12,
                XFAM & ~(1L << 17),
                XFAM & ~(1L << 18));
        return LongStream.concat(outside, halves);
    }

    @ParameterizedTest
    @MethodSource("badXfam")
    void refusesXfamWithUnknownBitsAndHalfFeatures(long xfam) {
        assertThat(Vectors.code(() -> TdPolicy.STRICT.checkTd(td(SEPT_VE_DISABLE, xfam))))
                .isEqualTo(DcapCode.TD_XFAM_INVALID);
        assertThatCode(() -> TdPolicy.DCAP.checkTd(td(SEPT_VE_DISABLE, xfam))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(longs = {0x3, 0x7, XFAM, XFAM | 0b11L << 11, 0x6dbe7})
    void acceptsWholeFeatures(long xfam) {
        assertThatCode(() -> TdPolicy.STRICT.checkTd(td(SEPT_VE_DISABLE, xfam))).doesNotThrowAnyException();
    }

    @Test
    void refusesAForeignModuleSigner() {
        byte[] bytes = td(SEPT_VE_DISABLE, XFAM).bytes().toArray();
        for (int index = 64; index < 112; index++) {
            TdReport report = new TdReport(TdReport.Layout.TD_1_0, ByteView.wrap(Vectors.with(bytes, index, 1)));
            assertThat(Vectors.refusal(() -> TdPolicy.DCAP.checkTd(report)).detail())
                    .isEqualTo("Invalid mr signer seam");
        }
    }

    @Test
    void refusesAServiceTdThatIsNotListed() {
        byte[] bytes = Arrays.copyOf(td(SEPT_VE_DISABLE, XFAM).bytes().toArray(), 648);
        bytes[647] = 9;
        TdReport report = new TdReport(TdReport.Layout.TD_1_5, ByteView.copyOf(bytes));
        ByteView listed = report.mrServiceTd().orElseThrow();
        TdPolicy permissive = new TdPolicy(
                TdPolicy.STRICT.permittedAttributes(), true, TdPolicy.STRICT.permittedXfam(), Set.of(listed));

        assertThat(Vectors.refusal(() -> TdPolicy.STRICT.checkTd(report)))
                .returns(DcapCode.TD_SERVICE_TD_NOT_ALLOWED, DcapException::code)
                .returns("Invalid mr service td", DcapException::detail);
        assertThatCode(() -> permissive.checkTd(report)).doesNotThrowAnyException();
        bytes[647] = 0;
        assertThatCode(() -> TdPolicy.STRICT.checkTd(new TdReport(TdReport.Layout.TD_1_5, ByteView.copyOf(bytes))))
                .doesNotThrowAnyException();
    }

    private static TdReport td(long attributes, long xfam) {
        byte[] bytes = new byte[584];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(120, attributes)
                .putLong(128, xfam);
        return new TdReport(TdReport.Layout.TD_1_0, ByteView.wrap(bytes));
    }
}
