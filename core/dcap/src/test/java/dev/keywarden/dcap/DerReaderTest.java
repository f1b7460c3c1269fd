package dev.keywarden.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.dcap.DerReader.MalformedDerException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strictness of the reader: ITU-T X.690, sections 8 and 10. */
class DerReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "3001",
                "308000",
                "30800000",
                "308100",
                "30817f",
                "3082",
                "308200ff",
                "30840000000001",
                "30850000000001",
                "30ff",
                "31 00",
                "1f 00"
            })
    void refusesLengthsThatAreNotDerAndOtherTags(String hex) {
        assertMalformed(() -> reader(hex).sequence());
    }

    @Test
    void readsLengthsOfAllForms() throws Exception {
        assertThat(reader("0403010203").octetString().toHex()).isEqualTo("010203");
        assertThat(reader("048180" + "00".repeat(128)).octetString().length()).isEqualTo(128);
        assertThat(reader("04820100" + "00".repeat(256)).octetString().length()).isEqualTo(256);
        assertThat(reader("0483010000" + "00".repeat(65536)).octetString().length())
                .isEqualTo(65536);
    }

    @Test
    void noticesBytesLeftOver() throws Exception {
        DerReader reader = reader("3000 00");
        reader.sequence();
        assertMalformed(reader::end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200", "0201ff", "02028000", "02020001", "0202007f", "020100", "0a0101"})
    void refusesNumbersThatAreNotPositiveAndMinimal(String hex) {
        assertMalformed(() -> reader(hex).positiveInteger());
    }

    @ParameterizedTest
    @CsvSource({"020100,0", "02017f,127", "020200ff,255", "02020100,256", "0203009c40,40000", "020300ffff,65535"})
    void readsSmallNumbers(String hex, int value) throws Exception {
        assertThat(reader(hex).integerUpTo(65535)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0203010000", "0204ffffffff", "020900ffffffffffffffff", "0220" + "7f" + "ff"})
    void refusesNumbersAboveTheirLimit(String hex) {
        assertMalformed(() -> reader(hex).integerUpTo(65535));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0100", "010101", "01020000", "0101fe"})
    void refusesBooleansOtherThanTheTwo(String hex) {
        assertMalformed(() -> reader(hex).booleanValue());
    }

    @Test
    void refusesADefaultThatIsWrittenOut() throws Exception {
        assertThat(reader("0101ff").defaultFalse()).isTrue();
        assertThat(reader("0400").defaultFalse()).isFalse();
        assertMalformed(() -> reader("010100").defaultFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "060180", "06022a80", "0603808001", "06032a8001"})
    void refusesIdentifiersThatAreUnfinishedOrPadded(String hex) {
        assertMalformed(() -> reader(hex).objectIdentifier());
    }

    @Test
    void readsFlags() throws Exception {
        assertThat(reader("03020106").flags()).isEqualTo(1 << 5 | 1 << 6);
        assertThat(reader("030206c0").flags()).isEqualTo(0b11);
        assertThat(reader("0303078000").flags()).isEqualTo(1);
        assertThat(reader("030100").flags()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "030107", "03020801", "03020103", "0305000000000000"})
    void refusesFlagsWithImpossibleUnusedBits(String hex) {
        assertMalformed(() -> reader(hex).flags());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "0302018000", "03020700"})
    void refusesBitStringsThatDoNotFillTheirBytes(String hex) {
        assertMalformed(() -> reader(hex).wholeBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "17,250206232551Z,2025-02-06T23:25:51Z",
        "17,491231235959Z,2049-12-31T23:59:59Z",
        "17,500101000000Z,1950-01-01T00:00:00Z",
        "18,21000101000000Z,2100-01-01T00:00:00Z"
    })
    void readsTimes(String tag, String text, Instant expected) throws Exception {
        assertThat(time(tag, text).time()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "17,2502062325Z",
        "17,250206232551+0100",
        "17,250230000000Z",
        "17,251301000000Z",
        "17,250206240000Z",
        "17,250206232560Z",
        "17,25020623255 Z",
        "17,250206232551z",
        "18,20250206232551.5Z",
        "18,250206232551Z",
        "13,250206232551Z"
    })
    void refusesTimesOfAnotherForm(String tag, String text) {
        assertMalformed(() -> time(tag, text).time());
    }

    private static DerReader time(String tag, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        return reader(tag + "%02x".formatted(ascii.length) + HexFormat.of().formatHex(ascii));
    }

    private static DerReader reader(String hex) {
        return DerReader.of(ByteView.copyOf(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    private static void assertMalformed(ThrowingCallable call) {
        assertThatExceptionOfType(MalformedDerException.class).isThrownBy(call);
    }
}
