package dev.keywarden.plugin.tdx.attester;

import static dev.keywarden.plugin.tdx.attester.FakeLinux.Counter.ENTRIES_MADE;
import static dev.keywarden.plugin.tdx.attester.FakeLinux.Counter.ENTRIES_REMOVED;
import static dev.keywarden.plugin.tdx.attester.FakeLinux.Counter.FILES_OPEN;
import static dev.keywarden.plugin.tdx.attester.FakeLinux.Counter.QUOTE_READS;
import static dev.keywarden.plugin.tdx.attester.Quotes.REPORT_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keywarden.plugin.tdx.attester.FakeLinux.Knob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigfsSourceTest {
    private static final long OWN_PROCESS = 4711;
    private static final byte[] QUOTE = Quotes.over(REPORT_DATA);

    private final Path root;
    private FakeLinux linux = FakeLinux.giving(QUOTE);
    private ConfigfsSource source;

    ConfigfsSourceTest(@TempDir Path root) {
        this.root = root;
        this.source =
                new ConfigfsSource(root, Set.of("tdx_guest"), () -> linux.calls(), new SecureRandom(), OWN_PROCESS);
    }

    @AfterEach
    void leavesNothingBehind() {
        assertThat(linux.count(FILES_OPEN)).as("open files").isZero();
        assertThat(linux.count(ENTRIES_REMOVED)).as("directories removed").isEqualTo(linux.count(ENTRIES_MADE));
    }

    @Test
    void asksForTheReportDataInOneWrite() {
        assertThat(source.quote(REPORT_DATA)).isEqualTo(QUOTE);
        assertThat(linux.input()).isEqualTo(REPORT_DATA);
    }

    @Test
    void readsOnWhereTheKernelGivesLittleAtATime() {
        linux.set(Knob.READ_CHUNK, 7);

        assertThat(source.quote(REPORT_DATA)).isEqualTo(QUOTE);
    }

    @Test
    void startsOverWhereSomebodyElseWrote() {
        linux.set(Knob.OTHER_WRITERS, 2);

        assertThat(source.quote(REPORT_DATA)).isEqualTo(QUOTE);
        assertThat(linux.count(ENTRIES_MADE)).isEqualTo(3);
    }

    @Test
    void givesUpWhereSomebodyElseWritesEveryTime() {
        linux.set(Knob.OTHER_WRITERS, 100);

        assertFails(AttesterCode.ATTESTER_RACE);
        assertThat(linux.count(QUOTE_READS)).isEqualTo(3);
    }

    @Test
    void triesAnotherNameWhereOneIsTaken() {
        linux.set(Knob.MKDIR_TAKEN, 2);

        assertThat(source.quote(REPORT_DATA)).isEqualTo(QUOTE);
    }

    @ParameterizedTest
    @CsvSource({
        "MKDIR_ERRNO, 6, ATTESTER_ABSENT",
        "MKDIR_ERRNO, 13, ATTESTER_DENIED",
        "MKDIR_ERRNO, 1, ATTESTER_DENIED",
        "PROVIDER, 1, ATTESTER_ABSENT",
        "OPEN_ERRNO, 13, ATTESTER_DENIED",
        "WRITE_ERRNO, 22, ATTESTER_INPUT",
        "WRITE_SHORT, 1, ATTESTER_FAILED",
        "CLOSE_ERRNO, 22, ATTESTER_INPUT",
        "READ_ERRNO, 16, ATTESTER_BUSY",
        "READ_ERRNO, 110, ATTESTER_TIMEOUT",
        "READ_ERRNO, 4, ATTESTER_TIMEOUT",
        "READ_ERRNO, 5, ATTESTER_FAILED",
        "READ_ERRNO, 27, ATTESTER_FAILED",
        "READ_ERRNO, 12, ATTESTER_FAILED",
        "GENERATION_TEXT, 1, ATTESTER_FAILED"
    })
    void saysWhatTheKernelSaid(Knob knob, int value, AttesterCode expected) {
        linux.set(knob, value);

        assertFails(expected);
    }

    @Test
    void refusesQuotesOfNoBytesAndOfTooMany() {
        linux = FakeLinux.giving(new byte[0]);
        assertFails(AttesterCode.ATTESTER_FAILED);

        linux = FakeLinux.giving(new byte[128 * 1024 + 1]);
        assertFails(AttesterCode.ATTESTER_FAILED);
    }

    @Test
    void takesTheSimulatorsProviderOnlyWhereItMay() {
        linux.set(Knob.PROVIDER, 1);
        source = new ConfigfsSource(root, Set.of("sev_guest"), () -> linux.calls(), new SecureRandom(), OWN_PROCESS);

        assertThat(source.quote(REPORT_DATA)).isEqualTo(QUOTE);
    }

    @Test
    void isAbsentWithoutItsDirectory() {
        Path missing = root.resolve("missing");
        ConfigfsSource absent =
                new ConfigfsSource(missing, Set.of("tdx_guest"), () -> linux.calls(), new SecureRandom(), OWN_PROCESS);

        assertThat(absent.absence()).hasValueSatisfying(why -> assertThat(why).contains(missing.toString()));
        assertThat(source.absence()).isEmpty();
    }

    @Test
    void removesWhatDeadProcessesLeft() throws IOException {
        String hex = "0".repeat(32);
        Files.createDirectory(root.resolve("keywarden-2147483646-" + hex));
        Files.createDirectory(
                root.resolve("keywarden-" + ProcessHandle.current().pid() + "-" + hex));
        Files.createDirectory(root.resolve("keywarden-" + OWN_PROCESS + "-" + hex));
        Files.createDirectory(root.resolve("com.intel.dcap"));

        source.quote(REPORT_DATA);

        assertThat(linux.count(ENTRIES_REMOVED)).isEqualTo(2);
        linux.calls().mkdir("so that the count at the end comes out even", 0);
    }

    private void assertFails(AttesterCode expected) {
        assertThatExceptionOfType(AttesterException.class)
                .isThrownBy(() -> source.quote(REPORT_DATA))
                .satisfies(e -> assertThat(e.code()).isEqualTo(expected));
    }
}
