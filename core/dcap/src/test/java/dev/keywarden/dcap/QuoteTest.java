package dev.keywarden.dcap;

import static dev.keywarden.dcap.DcapCode.ATTESTATION_KEY_INVALID;
import static dev.keywarden.dcap.DcapCode.QUOTE_BODY_TYPE_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_CERT_DATA_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_KEY_TYPE_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_SIZE_INVALID;
import static dev.keywarden.dcap.DcapCode.QUOTE_STRUCTURE_INVALID;
import static dev.keywarden.dcap.DcapCode.QUOTE_TEE_TYPE_UNSUPPORTED;
import static dev.keywarden.dcap.DcapCode.QUOTE_TRAILING_DATA;
import static dev.keywarden.dcap.DcapCode.QUOTE_TRUNCATED;
import static dev.keywarden.dcap.DcapCode.QUOTE_VENDOR_UNKNOWN;
import static dev.keywarden.dcap.DcapCode.QUOTE_VERSION_UNSUPPORTED;
import static dev.keywarden.dcap.Vectors.TDX_ATTESTATION_KEY;
import static dev.keywarden.dcap.Vectors.TDX_AUTH_DATA;
import static dev.keywarden.dcap.Vectors.TDX_AUTH_LENGTH;
import static dev.keywarden.dcap.Vectors.TDX_BODY_END;
import static dev.keywarden.dcap.Vectors.TDX_END;
import static dev.keywarden.dcap.Vectors.TDX_INNER_SIZE;
import static dev.keywarden.dcap.Vectors.TDX_INNER_TYPE;
import static dev.keywarden.dcap.Vectors.TDX_OUTER_SIZE;
import static dev.keywarden.dcap.Vectors.TDX_OUTER_TYPE;
import static dev.keywarden.dcap.Vectors.TDX_SIGNATURE;
import static dev.keywarden.dcap.Vectors.WITH_SGX;
import static dev.keywarden.dcap.Vectors.code;
import static dev.keywarden.dcap.Vectors.flip;
import static dev.keywarden.dcap.Vectors.sgxQuote;
import static dev.keywarden.dcap.Vectors.tdxQuote;
import static dev.keywarden.dcap.Vectors.tdxQuoteUnpadded;
import static dev.keywarden.dcap.Vectors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The structure of quotes: TDX fact sheet, sections 1 and 6.1, on quotes of real platforms. */
class QuoteTest {
    @Test
    void readsTheFieldsOfARealTdxQuote() {
        Quote quote = parse(tdxQuote());

        assertThat(quote.version()).isEqualTo(4);
        assertThat(quote.teeType()).isEqualTo(TeeType.TDX);
        assertThat(quote.canonical().length()).isEqualTo(TDX_END);
        assertThat(quote.signedBytes().length()).isEqualTo(TDX_BODY_END);
        assertThat(quote.userData().length()).isEqualTo(20);
        assertThat(quote.certificationData().type()).isEqualTo(5);
        assertThat(quote.certificationData().data().length()).isEqualTo(3678);
        assertThat(quote.qeReport().isvProdId()).isEqualTo(2);
        assertThat(quote.qeReport().isvSvn()).isEqualTo(6);
        assertThat(quote.qeReport().mrSigner().toHex()).startsWith("dc9e2a7c").endsWith("2e0e54a8c5");
        assertThat(quote.qeReport().attributes().toHex()).isEqualTo("1500000000000000e700000000000000");
        assertThat(quote.qeReport().debug()).isFalse();

        TdReport report = quote.tdReport().orElseThrow();
        assertThat(report.layout()).isEqualTo(TdReport.Layout.TD_1_0);
        assertThat(report.teeTcbSvn().toHex()).isEqualTo("06010300000000000000000000000000");
        assertThat(report.tdAttributes()).isEqualTo(0x10000000L);
        assertThat(report.xfam()).isEqualTo(0x0602e7L);
        assertThat(report.mrSignerSeam().isZero()).isTrue();
        assertThat(report.seamAttributes().isZero()).isTrue();
        assertThat(report.rtmr(3).isZero()).isTrue();
        assertThat(report.mrTd().isZero()).isFalse();
        assertThat(report.reportData().length()).isEqualTo(64);
        assertThat(report.teeTcbSvn2()).isEmpty();
        assertThat(report.mrServiceTd()).isEmpty();
    }

    @Test
    void namesTheRegistersByTheirOffsetsInTheQuote() {
        byte[] bytes = tdxQuote();
        int[] offsets = {64, 184, 232, 280, 328, 376, 424, 472, 520};
        for (int i = 0; i < offsets.length; i++) {
            bytes[offsets[i]] = (byte) (0xc0 + i);
        }
        bytes[568] = 0x5a;

        TdReport report = parse(bytes).tdReport().orElseThrow();

        assertThat(report.mrSeam().unsignedAt(0)).isEqualTo(0xc0);
        assertThat(report.mrTd().unsignedAt(0)).isEqualTo(0xc1);
        assertThat(report.mrConfigId().unsignedAt(0)).isEqualTo(0xc2);
        assertThat(report.mrOwner().unsignedAt(0)).isEqualTo(0xc3);
        assertThat(report.mrOwnerConfig().unsignedAt(0)).isEqualTo(0xc4);
        for (int register = 0; register < 4; register++) {
            assertThat(report.rtmr(register).unsignedAt(0)).isEqualTo(0xc5 + register);
        }
        assertThat(report.reportData().unsignedAt(0)).isEqualTo(0x5a);
    }

    @Test
    void readsTheFieldsOfARealSgxQuote() {
        Quote quote = Quote.parse(sgxQuote(), WITH_SGX);

        assertThat(quote.version()).isEqualTo(3);
        assertThat(quote.teeType()).isEqualTo(TeeType.SGX);
        assertThat(quote.signedBytes().length()).isEqualTo(432);
        assertThat(quote.canonical().length()).isEqualTo(4600);
        assertThat(quote.qeReport().isvProdId()).isEqualTo(1);
        assertThat(quote.body()).isInstanceOf(SgxReport.class);
        assertThat(quote.tdReport()).isEmpty();
    }

    @Test
    void givesPaddedAndUnpaddedQuotesOneCanonicalForm() {
        byte[] morePadding = Arrays.copyOf(tdxQuote(), TDX_END + 4096);

        assertThat(parse(tdxQuote()).canonical())
                .isEqualTo(parse(tdxQuoteUnpadded()).canonical());
        assertThat(parse(morePadding).canonical())
                .isEqualTo(parse(tdxQuoteUnpadded()).canonical());
    }

    @Test
    void keepsNothingOfTheCallersArray() {
        byte[] bytes = tdxQuote();
        Quote quote = parse(bytes);
        Arrays.fill(bytes, (byte) 0);

        assertThat(quote.tdReport().orElseThrow().tdAttributes()).isEqualTo(0x10000000L);
    }

    @Test
    void refusesEveryPrefixOfAQuote() {
        byte[] tdx = tdxQuoteUnpadded();
        byte[] sgx = sgxQuote();
        for (int length = 0; length < tdx.length; length++) {
            byte[] cut = Arrays.copyOf(tdx, length);
            assertThat(code(() -> parse(cut)).category()).isEqualTo(DcapCode.Category.INPUT);
        }
        for (int length = 0; length < sgx.length; length++) {
            byte[] cut = Arrays.copyOf(sgx, length);
            assertThat(code(() -> Quote.parse(cut, WITH_SGX)).category()).isEqualTo(DcapCode.Category.INPUT);
        }
    }

    @Test
    void neverFailsOtherwiseThanWithAnInputCodeOnRandomlyChangedQuotes() {
        Random random = new Random(20260101);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = random.nextBoolean() ? tdxQuote() : versionFive(3, 648);
            for (int change = random.nextInt(1, 6); change > 0; change--) {
                // Most of the structure stands in the first 1300 bytes.
                bytes[random.nextInt(1300)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(parse(bytes).canonical().length()).isLessThanOrEqualTo(bytes.length);
            } catch (DcapException e) {
                assertThat(e.code().category()).isEqualTo(DcapCode.Category.INPUT);
                assertThat(e.object()).isEqualTo(DcapObject.QUOTE);
            }
        }
    }

    @Test
    void refusesASizeThatNoQuoteHas() {
        assertThat(code(() -> parse(new byte[0]))).isEqualTo(QUOTE_SIZE_INVALID);
        assertThat(code(() -> parse(Arrays.copyOf(tdxQuote(), 4)))).isEqualTo(QUOTE_SIZE_INVALID);
        assertThat(code(() -> parse(ones(100)))).isEqualTo(QUOTE_SIZE_INVALID);
        assertThat(code(() -> parse(ones(5000)))).isEqualTo(QUOTE_VERSION_UNSUPPORTED);
        assertThat(code(() -> parse(Arrays.copyOf(tdxQuote(), 32 * 1024 + 1)))).isEqualTo(QUOTE_SIZE_INVALID);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 6, 255, 65535})
    void refusesAnUnknownVersion(int version) {
        assertThat(code(() -> parse(with(tdxQuote(), 0, version & 0xff, version >> 8))))
                .isEqualTo(QUOTE_VERSION_UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 255})
    void refusesAnAttestationKeyOfAnotherType(int type) {
        assertThat(code(() -> parse(with(tdxQuote(), 2, type)))).isEqualTo(QUOTE_KEY_TYPE_UNSUPPORTED);
    }

    @ParameterizedTest
    @CsvSource({"4,1", "4,0x80", "4,0x82", "4,0xffffffff", "4,0", "5,0", "5,0x82"})
    void refusesATeeTypeThatDoesNotGoWithTheVersion(int version, String type) {
        long number = Long.decode(type);
        byte[] bytes =
                with(tdxQuote(), 4, (int) number, (int) (number >> 8), (int) (number >> 16), (int) (number >> 24));
        assertThat(code(() -> Quote.parse(with(bytes, 0, version), WITH_SGX))).isEqualTo(QUOTE_TEE_TYPE_UNSUPPORTED);
    }

    @Test
    void refusesTdxInVersionThree() {
        assertThat(code(() -> Quote.parse(with(sgxQuote(), 4, 0x81), WITH_SGX))).isEqualTo(QUOTE_TEE_TYPE_UNSUPPORTED);
    }

    @Test
    void refusesSgxUnlessItIsAskedFor() {
        assertThat(code(() -> parse(sgxQuote()))).isEqualTo(QUOTE_TEE_TYPE_UNSUPPORTED);
    }

    @Test
    void refusesAnotherVendor() {
        for (int index = 12; index < 28; index++) {
            byte[] changed = flip(tdxQuote(), index, index % 8);
            assertThat(code(() -> parse(changed))).isEqualTo(QUOTE_VENDOR_UNKNOWN);
        }
    }

    @Test
    void readsVersionFiveWithBothReports() {
        Quote first = parse(versionFive(2, 584));
        assertThat(first.tdReport().orElseThrow().layout()).isEqualTo(TdReport.Layout.TD_1_0);
        assertThat(first.signedBytes().length()).isEqualTo(638);

        Quote second = parse(versionFive(3, 648));
        TdReport report = second.tdReport().orElseThrow();
        assertThat(report.layout()).isEqualTo(TdReport.Layout.TD_1_5);
        assertThat(second.signedBytes().length()).isEqualTo(702);
        assertThat(report.teeTcbSvn2().orElseThrow().length()).isEqualTo(16);
        assertThat(report.mrServiceTd().orElseThrow().length()).isEqualTo(48);
        assertThat(report.mrTd())
                .isEqualTo(parse(tdxQuote()).tdReport().orElseThrow().mrTd());
    }

    @Test
    void readsTheExtendedReportOnlyIfItIsAskedFor() {
        byte[] bytes = versionFive(4, 885);

        assertThat(code(() -> parse(bytes))).isEqualTo(QUOTE_BODY_TYPE_UNSUPPORTED);
        Quote quote = Quote.parse(bytes, QuoteLimits.DEFAULT.withExtendedReport());
        assertThat(quote.signedBytes().length()).isEqualTo(939);
        assertThat(quote.tdReport().orElseThrow().layout()).isEqualTo(TdReport.Layout.TD_1_5_EXTENDED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 255, 0x0200})
    void refusesAnUnknownBodyTypeAndThatOfAnEnclave(int type) {
        byte[] bytes = with(versionFive(2, 584), 48, type & 0xff, type >> 8);
        assertThat(code(() -> parse(bytes))).isEqualTo(QUOTE_BODY_TYPE_UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 583, 585, 648, 0x80000000L, 0xffffffffL})
    void refusesABodySizeThatIsNotThatOfTheType(long size) {
        assertThat(code(() -> parse(withUnsignedInt(versionFive(2, 584), 50, size))))
                .isEqualTo(QUOTE_STRUCTURE_INVALID);
    }

    @ParameterizedTest
    @ValueSource(longs = {4371, 2 << 20, 0x7fffffffL, 0x80000000L, 0xffffffffL})
    void refusesSignatureDataThatRunsPastTheEnd(long length) {
        assertThat(code(() -> parse(withUnsignedInt(tdxQuote(), TDX_BODY_END, length))))
                .isEqualTo(QUOTE_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 133})
    void refusesSignatureDataWithoutRoomForItsFields(long length) {
        assertThat(code(() -> parse(withUnsignedInt(tdxQuote(), TDX_BODY_END, length))))
                .isEqualTo(QUOTE_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(longs = {4299, 4301, 4000})
    void refusesSignatureDataThatIsNotFilledByItsContent(long length) {
        assertThat(code(() -> parse(withUnsignedInt(tdxQuote(), TDX_BODY_END, length))))
                .isEqualTo(QUOTE_STRUCTURE_INVALID);
    }

    @Test
    void refusesBytesAfterTheEndOtherThanAFewZeros() {
        byte[] oneMore = Arrays.copyOf(tdxQuoteUnpadded(), TDX_END + 1);
        oneMore[TDX_END] = 1;
        byte[] lastOfPadding = with(tdxQuote(), tdxQuote().length - 1, 1);

        assertThat(code(() -> parse(oneMore))).isEqualTo(QUOTE_TRAILING_DATA);
        assertThat(code(() -> parse(lastOfPadding))).isEqualTo(QUOTE_TRAILING_DATA);
        assertThat(code(() -> parse(Arrays.copyOf(tdxQuote(), TDX_END + 4097)))).isEqualTo(QUOTE_TRAILING_DATA);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 7, 9, 0x0600})
    void refusesAnotherOuterCertificationDataType(int type) {
        assertThat(code(() -> parse(with(tdxQuote(), TDX_OUTER_TYPE, type & 0xff, type >> 8))))
                .isEqualTo(QUOTE_CERT_DATA_UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4165, 4167, 0x80000000L, 0xffffffffL})
    void refusesAnOuterSizeThatDoesNotFillTheSignatureData(long size) {
        assertThat(code(() -> parse(withUnsignedInt(tdxQuote(), TDX_OUTER_SIZE, size))))
                .isEqualTo(QUOTE_STRUCTURE_INVALID);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 7, 8, 0x0500})
    void refusesAnotherInnerCertificationDataType(int type) {
        assertThat(code(() -> parse(with(tdxQuote(), TDX_INNER_TYPE, type & 0xff, type >> 8))))
                .isEqualTo(QUOTE_CERT_DATA_UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(longs = {3679, 0x80000000L, 0xffffffffL})
    void refusesAnInnerSizeThatRunsPastTheEnd(long size) {
        assertThat(code(() -> parse(withUnsignedInt(tdxQuote(), TDX_INNER_SIZE, size))))
                .isEqualTo(QUOTE_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3677})
    void refusesAnInnerSizeThatLeavesBytes(long size) {
        assertThat(code(() -> parse(withUnsignedInt(tdxQuote(), TDX_INNER_SIZE, size))))
                .isEqualTo(QUOTE_STRUCTURE_INVALID);
    }

    @Test
    void refusesEmptyCertificationData() {
        assertThat(code(() -> parse(withCertificationData(5, 0)))).isEqualTo(QUOTE_STRUCTURE_INVALID);
    }

    @ParameterizedTest
    @CsvSource({"1,36", "2,276", "3,404"})
    void readsPlatformIdentifiersOfTheirSizeOnly(int type, int size) {
        assertThat(parse(withCertificationData(type, size)).certificationData().type())
                .isEqualTo(type);
        assertThat(code(() -> parse(withCertificationData(type, size - 1)))).isEqualTo(QUOTE_STRUCTURE_INVALID);
        assertThat(code(() -> parse(withCertificationData(type, size + 1)))).isEqualTo(QUOTE_STRUCTURE_INVALID);
    }

    @ParameterizedTest
    @ValueSource(ints = {3720, 0x7fff, 0x8000, 0xffff})
    void refusesAuthenticationDataThatRunsPastTheEnd(int length) {
        assertThat(code(() -> parse(with(tdxQuote(), TDX_AUTH_LENGTH, length & 0xff, length >> 8))))
                .isEqualTo(QUOTE_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 64})
    void refusesAuthenticationDataOfAnotherLengthUnlessASettingAllowsIt(int length) {
        byte[] bytes = withAuthenticationData(length);
        QuoteLimits any = new QuoteLimits(32 * 1024, 4096, 0, 64, false, false);

        assertThat(code(() -> parse(bytes))).isEqualTo(QUOTE_STRUCTURE_INVALID);
        assertThat(Quote.parse(bytes, any).certificationData().type()).isEqualTo(5);
    }

    @Test
    void refusesAnAttestationKeyThatIsNoPoint() {
        byte[] bytes = tdxQuote();
        UnaryOperator<byte[]> zero = b -> {
            Arrays.fill(b, TDX_ATTESTATION_KEY, TDX_ATTESTATION_KEY + 64, (byte) 0);
            return b;
        };
        assertThat(code(() -> parse(zero.apply(bytes.clone())))).isEqualTo(ATTESTATION_KEY_INVALID);
        assertThat(code(() -> parse(flip(bytes, TDX_ATTESTATION_KEY + 63, 0)))).isEqualTo(ATTESTATION_KEY_INVALID);

        // X = p + 5: the same residue as the point with X = 5, which exists.
        byte[] overPrime = bytes.clone();
        byte[] x = HexFormat.of().parseHex("ffffffff00000001000000000000000000000001000000000000000000000004");
        byte[] y = HexFormat.of().parseHex("459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
        System.arraycopy(x, 0, overPrime, TDX_ATTESTATION_KEY, 32);
        System.arraycopy(y, 0, overPrime, TDX_ATTESTATION_KEY + 32, 32);
        assertThat(code(() -> parse(overPrime))).isEqualTo(ATTESTATION_KEY_INVALID);
        byte[] five = with(overPrime, TDX_ATTESTATION_KEY, new int[31]);
        assertThat(parse(with(five, TDX_ATTESTATION_KEY + 31, 5))
                        .attestationKey()
                        .unsignedAt(31))
                .isEqualTo(5);
    }

    @Test
    void neverEchoesInput() {
        byte[] bytes = with(tdxQuote(), TDX_INNER_TYPE, 9);

        assertThat(Vectors.refusal(() -> parse(bytes)))
                .hasMessage("QUOTE_CERT_DATA_UNSUPPORTED (quote): inner certification data type 9; 1 to 5 are known");
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new QuoteLimits(1019, 0, 32, 32, false, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new QuoteLimits(1020, -1, 32, 32, false, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new QuoteLimits(1020, 0, 33, 32, false, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new QuoteLimits(1020, 0, 0, 65, false, false));
    }

    private static Quote parse(byte[] bytes) {
        return Quote.parse(bytes, QuoteLimits.DEFAULT);
    }

    private static byte[] ones(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }

    private static byte[] withUnsignedInt(byte[] bytes, int index, long value) {
        return with(bytes, index, (int) value, (int) (value >> 8), (int) (value >> 16), (int) (value >> 24));
    }

    /** The real quote's content in layout 5; its signature does not fit any more. */
    private static byte[] versionFive(int bodyType, int bodySize) {
        byte[] real = tdxQuoteUnpadded();
        byte[] five = new byte[real.length + 6 + bodySize - 584];
        System.arraycopy(real, 0, five, 0, 48);
        System.arraycopy(real, 48, five, 54, 584);
        System.arraycopy(real, TDX_BODY_END, five, 54 + bodySize, real.length - TDX_BODY_END);
        return withUnsignedInt(with(five, 0, 5, 0), 48, bodyType | (long) bodySize << 16);
    }

    /** The real quote with zeros as certification data, all lengths consistent. */
    private static byte[] withCertificationData(int type, int size) {
        byte[] bytes = Arrays.copyOf(Arrays.copyOf(tdxQuoteUnpadded(), TDX_INNER_TYPE), TDX_INNER_SIZE + 4 + size);
        bytes[TDX_INNER_TYPE] = (byte) type;
        return withConsistentLengths(withUnsignedInt(bytes, TDX_INNER_SIZE, size));
    }

    private static byte[] withAuthenticationData(int length) {
        byte[] real = tdxQuoteUnpadded();
        byte[] bytes = new byte[real.length - 32 + length];
        System.arraycopy(real, 0, bytes, 0, TDX_AUTH_DATA);
        System.arraycopy(real, TDX_INNER_TYPE, bytes, TDX_AUTH_DATA + length, real.length - TDX_INNER_TYPE);
        return withConsistentLengths(with(bytes, TDX_AUTH_LENGTH, length & 0xff, length >> 8));
    }

    private static byte[] withConsistentLengths(byte[] bytes) {
        byte[] outer = withUnsignedInt(bytes, TDX_OUTER_SIZE, bytes.length - TDX_OUTER_SIZE - 4);
        return withUnsignedInt(outer, TDX_BODY_END, bytes.length - TDX_SIGNATURE);
    }
}
