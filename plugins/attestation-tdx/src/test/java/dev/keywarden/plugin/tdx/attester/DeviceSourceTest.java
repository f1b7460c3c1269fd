package dev.keywarden.plugin.tdx.attester;

import static dev.keywarden.plugin.tdx.attester.FakeLinux.Counter.FILES_OPEN;
import static dev.keywarden.plugin.tdx.attester.Quotes.REPORT_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.plugin.tdx.attester.FakeLinux.Knob;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceSourceTest {
    private static final byte[] QUOTE = Quotes.over(REPORT_DATA);
    private static final long FIRST_REQUEST = 0x80105404L;

    private final FakeLinux linux = FakeLinux.giving(QUOTE);
    private final TdxGuestDevice device = new TdxGuestDevice(Path.of("/dev/null"), linux::calls);

    @AfterEach
    void leavesNothingOpen() {
        assertThat(linux.count(FILES_OPEN)).isZero();
    }

    @Test
    void makesAReportOverTheReportData() {
        byte[] report = device.report(REPORT_DATA);

        assertThat(report).hasSize(1024).startsWith(0x81);
        assertThat(Arrays.copyOfRange(report, 128, 192)).isEqualTo(REPORT_DATA.toArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {0x80105404L, 0xC0105404L, 0xC0105402L})
    void knowsTheRequestsOfAllDrivers(long request) {
        linux.set(Knob.QUOTE_REQUEST, request);

        assertThat(new DeviceSource(device).quote(REPORT_DATA)).isEqualTo(QUOTE);
    }

    @Test
    void saysThatTheKernelsOwnDriverMakesNoQuotes() {
        assertFails(AttesterCode.ATTESTER_ABSENT, "configfs-tsm");
    }

    @ParameterizedTest
    @CsvSource({
        "QUOTE_STATUS, -1, ATTESTER_BUSY, occupied",
        "QUOTE_STATUS, -9223372036854775807, ATTESTER_FAILED, no quote generation service",
        "QUOTE_STATUS, -9223372036854775808, ATTESTER_FAILED, status 0x8000000000000000",
        "QUOTE_LENGTH, 131073, ATTESTER_FAILED, 131073 bytes",
        "QUOTE_LENGTH, 4294967295, ATTESTER_FAILED, 4294967295 bytes",
        "QUOTE_ERRNO, 16, ATTESTER_BUSY, errno 16",
        "REPORT_ERRNO, 5, ATTESTER_FAILED, errno 5",
        "OPEN_ERRNO, 13, ATTESTER_DENIED, run as root",
        "OPEN_ERRNO, 2, ATTESTER_ABSENT, errno 2"
    })
    void saysWhatWentWrong(Knob knob, long value, AttesterCode expected, String words) {
        linux.set(Knob.QUOTE_REQUEST, FIRST_REQUEST).set(knob, value);

        assertFails(expected, words);
    }

    @Test
    void isAbsentWithoutTheDevice() {
        assertThat(new TdxGuestDevice(Path.of("/dev/no-tdx-here"), linux::calls).absence())
                .contains("there is no device /dev/no-tdx-here");
        assertThat(device.absence()).isEmpty();
    }

    private void assertFails(AttesterCode expected, String words) {
        assertThatExceptionOfType(AttesterException.class)
                .isThrownBy(() -> new DeviceSource(device).quote(REPORT_DATA))
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(expected));
    }
}
