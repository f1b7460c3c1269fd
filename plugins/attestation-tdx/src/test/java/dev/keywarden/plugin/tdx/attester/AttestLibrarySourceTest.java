package dev.keywarden.plugin.tdx.attester;

import static dev.keywarden.plugin.tdx.attester.Quotes.REPORT_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttestLibrarySourceTest {
    private static final byte[] QUOTE = Quotes.over(REPORT_DATA);
    private static final Path LIBRARY = NativeFakes.build("fake_tdx_attest");

    private final Controls controls = Native.load(LIBRARY.toString(), Controls.class);
    private final TdxGuestDevice device = new TdxGuestDevice(Path.of("/dev/null"), () -> LinuxCalls.of("c"));
    private final AttestLibrarySource source = new AttestLibrarySource(LIBRARY.toString(), device);

    interface Controls extends Library {
        void fake_answer(int code, byte[] quote, int length, int declared);

        int fake_frees();
    }

    @Test
    void copiesTheQuoteAndFreesIt() {
        controls.fake_answer(0, QUOTE, QUOTE.length, QUOTE.length);

        assertThat(source.quote(REPORT_DATA)).isEqualTo(QUOTE);
        assertThat(controls.fake_frees()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "1, ATTESTER_FAILED", "2, ATTESTER_INPUT", "3, ATTESTER_FAILED", "4, ATTESTER_FAILED", "5, ATTESTER_FAILED",
        "6, ATTESTER_FAILED", "7, ATTESTER_ABSENT", "8, ATTESTER_FAILED", "9, ATTESTER_BUSY", "10, ATTESTER_ABSENT",
        "11, ATTESTER_INPUT", "12, ATTESTER_FAILED", "99, ATTESTER_FAILED"
    })
    void knowsTheLibrarysCodes(int code, AttesterCode expected) {
        controls.fake_answer(code, QUOTE, QUOTE.length, QUOTE.length);

        assertFails(source, expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 128 * 1024 + 1, -1})
    void freesQuotesOfSizesThatCantBe(int size) {
        controls.fake_answer(0, QUOTE, QUOTE.length, size);

        assertFails(source, AttesterCode.ATTESTER_FAILED);
        assertThat(controls.fake_frees()).isEqualTo(1);
    }

    @Test
    void survivesSuccessWithoutAQuote() {
        controls.fake_answer(0, new byte[0], 0, 100);

        assertFails(source, AttesterCode.ATTESTER_FAILED);
        assertThat(controls.fake_frees()).isZero();
    }

    @Test
    void isAbsentWhereTheLibraryIs() {
        AttestLibrarySource absent = new AttestLibrarySource("libtdx_attest_of_nobody.so.1", device);

        assertThat(absent.absence()).hasValueSatisfying(why -> assertThat(why).contains("can't be loaded"));
        assertFails(absent, AttesterCode.ATTESTER_ABSENT);
        assertThat(source.absence()).isEmpty();
    }

    @Test
    void isAbsentWhereItsFunctionsAre() {
        AttestLibrarySource other = new AttestLibrarySource("c", device);

        assertThatExceptionOfType(AttesterException.class).isThrownBy(() -> other.quote(REPORT_DATA));
    }

    private static void assertFails(AttestLibrarySource source, AttesterCode expected) {
        assertThatExceptionOfType(AttesterException.class)
                .isThrownBy(() -> source.quote(REPORT_DATA))
                .satisfies(e -> assertThat(e.code()).isEqualTo(expected));
    }
}
