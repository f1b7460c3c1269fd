package dev.keywarden.plugin.tdx.attester;

import static dev.keywarden.plugin.tdx.attester.Quotes.OTHER_REPORT_DATA;
import static dev.keywarden.plugin.tdx.attester.Quotes.REPORT_DATA;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RuntimeEvent;
import dev.keywarden.plugin.tdx.attester.FakeLinux.Knob;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import dev.keywarden.testkit.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TdxAttesterTest {
    private final LogCapture log = new LogCapture("tdx");

    private final Path folder;
    private final Path configfs;
    private FakeLinux linux = FakeLinux.giving(Quotes.over(REPORT_DATA));

    TdxAttesterTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.configfs = Files.createDirectory(folder.resolve("report"));
    }

    @Test
    void makesBareQuotesWholeEvidence() throws IOException {
        AttestationEnvelope expected = Quotes.envelope(REPORT_DATA);
        Files.writeString(
                folder.resolve("events.log"),
                expected.runtimeEvents().stream().map(TdxAttesterTest::line).collect(Collectors.joining("\n")));
        Files.writeString(folder.resolve("vm.json"), expected.config());

        Bytes evidence = attester(SourceKind.AUTO, Duration.ofSeconds(5))
                .attest(REPORT_DATA)
                .envelope();

        assertThat(EnvelopeCodec.decode(evidence)).isEqualTo(expected);
    }

    @Test
    void saysWhichSourceItTookAndWhyNotTheOthers() {
        TdxAttester attester = attester(SourceKind.AUTO, Duration.ofSeconds(5));
        attester.attest(REPORT_DATA);
        attester.attest(REPORT_DATA);

        assertThat(log.lines()).singleElement().asString().contains("configfs", "agent: there is no socket");
    }

    @Test
    void saysOfEverySourceWhyItIsNotThere() throws IOException {
        Files.delete(configfs);

        assertThatExceptionOfType(PluginException.class)
                .isThrownBy(
                        () -> attester(SourceKind.AUTO, Duration.ofSeconds(5)).attest(REPORT_DATA))
                .withMessageStartingWith("ATTESTER_ABSENT: ")
                .withMessageContaining("agent: ")
                .withMessageContaining("configfs: ")
                .withMessageContaining("library: ")
                .withMessageContaining("quote_service: ")
                .withMessageContaining("device: ")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void doesNotGoOnToAnotherSourceWhenOneFails() {
        linux.set(Knob.READ_ERRNO, 16);

        assertFails(SourceKind.AUTO, "ATTESTER_BUSY", Kind.UNAVAILABLE);
    }

    @Test
    void usesTheNamedSourceAndNoOther() {
        assertFails(SourceKind.DEVICE, "ATTESTER_ABSENT", Kind.UNAVAILABLE);
    }

    @Test
    void tellsAPersonWhatMayNotBeDone() {
        linux.set(Knob.MKDIR_ERRNO, 13);

        assertFails(SourceKind.CONFIGFS, "ATTESTER_DENIED", Kind.MISCONFIGURED);
    }

    @Test
    void refusesQuotesOverOtherReportData() {
        linux = FakeLinux.giving(Quotes.over(OTHER_REPORT_DATA));

        assertFails(SourceKind.CONFIGFS, "ATTESTER_RACE", Kind.UNAVAILABLE);
    }

    @Test
    void refusesWhatIsNoQuote() {
        linux = FakeLinux.giving(new byte[5000]);

        assertFails(SourceKind.CONFIGFS, "ATTESTER_FAILED", Kind.UNAVAILABLE);
    }

    @Test
    void waitsNoLongerThanItsDeadlineAndCostsOneThread() {
        linux.set(Knob.HANG, 1);
        TdxAttester attester = attester(SourceKind.CONFIGFS, Duration.ofMillis(50));
        try {
            assertFails(attester, "ATTESTER_TIMEOUT", Kind.UNAVAILABLE);
            assertFails(attester, "ATTESTER_BUSY", Kind.UNAVAILABLE);
        } finally {
            linux.set(Knob.HANG, 0);
        }
    }

    @Test
    void recoversWhenTheHangEnds() {
        linux.set(Knob.HANG, 1);
        TdxAttester attester = attester(SourceKind.CONFIGFS, Duration.ofMillis(50));
        assertFails(attester, "ATTESTER_TIMEOUT", Kind.UNAVAILABLE);
        linux.set(Knob.HANG, 0);

        while (true) {
            try {
                assertThat(attester.attest(REPORT_DATA).format()).isEqualTo("dstack-tdx");
                return;
            } catch (PluginException e) {
                assertThat(e).hasMessageStartingWith("ATTESTER_BUSY");
            }
        }
    }

    @Test
    void refusesReportDataOfAnotherLength() {
        assertThatExceptionOfType(PluginException.class)
                .isThrownBy(
                        () -> attester(SourceKind.AUTO, Duration.ofSeconds(5)).attest(Bytes.EMPTY))
                .withMessageContaining("64 bytes");
    }

    @Test
    void refusesAddressesThatAreNone() {
        for (String address : new String[] {"vsock://x", "ftp://a:1", "http://a:99999", ""}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            new AttesterTable(null, address, null, null, null, null, null, null, null, null, null))
                    .withMessageContaining("attester.agent");
        }
    }

    private TdxAttester attester(SourceKind kind, Duration timeout) {
        AttesterTable settings = new AttesterTable(
                kind,
                "unix:" + folder.resolve("agent.sock"),
                configfs,
                "libtdx_attest_of_nobody.so.1",
                folder.resolve("no-device"),
                null,
                folder.resolve("CCEL"),
                folder.resolve("events.log"),
                folder.resolve("vm.json"),
                null,
                timeout);
        return settings.toAttester(Map.of(), log, linux::calls);
    }

    private void assertFails(SourceKind kind, String token, Kind expected) {
        assertFails(attester(kind, Duration.ofSeconds(5)), token, expected);
    }

    private static void assertFails(TdxAttester attester, String token, Kind expected) {
        assertThatExceptionOfType(PluginException.class)
                .isThrownBy(() -> attester.attest(REPORT_DATA))
                .withMessageStartingWith(token + ": ")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(expected));
    }

    private static String line(RuntimeEvent event) {
        String payload = Base64.getEncoder().encodeToString(event.payload().toArray());
        return new String(
                ("{\"event\":\"" + event.event() + "\",\"payload\":\"" + payload + "\"}").getBytes(UTF_8), UTF_8);
    }
}
