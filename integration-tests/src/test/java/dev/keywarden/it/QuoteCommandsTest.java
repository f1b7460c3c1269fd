package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywarden.attestation.EnvelopeCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify-quote}, {@code collateral} and {@code quote} as a person uses them. */
@Tag("blackbox")
final class QuoteCommandsTest {
    private static final Path SAMPLES = Path.of(System.getProperty("keywarden.root"))
            .resolve("plugins/attestation-tdx/src/test/resources/dev/keywarden/plugin/tdx");
    private static final String QUOTE = SAMPLES.resolve("tdx_quote").toString();
    private static final String COLLATERAL =
            SAMPLES.resolve("tdx_quote_collateral.json").toString();
    private static final String TIME = "1751328000";

    private final Path home;

    QuoteCommandsTest(@TempDir Path home) {
        this.home = home;
    }

    @Test
    void verifiesTheQuoteOfARealPlatformForAPersonAndForAProgram() {
        KeywardenProcess shown = verify(QUOTE, "--collateral", COLLATERAL, "--at", "2025-07-01T00:00:00Z");
        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out())
                .startsWith("ACCEPTED: a quote, signed under Intel's root; TCB status UpToDate")
                .contains("signature of the quote", "MRTD", "91eb2b44d141d4ec");

        KeywardenProcess json = verify(QUOTE, "--collateral", COLLATERAL, "--at", TIME, "--json");
        JsonNode report = Recordings.json(json.out());
        assertThat(report.get("accepted").asBoolean()).isTrue();
        assertThat(report.get("status").asText()).isEqualTo("UpToDate");
        assertThat(report.get("advisory_ids")).isEmpty();
        assertThat(report.at("/report/TD10/mr_td").asText()).startsWith("91eb2b44d141d4ec");
        assertThat(report.at("/report/TD10/td_attributes").asText()).isEqualTo("0000001000000000");
        assertThat(report.get("ppid").asText()).startsWith("811dca2a");
        assertThat(report.at("/platform_status/status").asText()).isEqualTo("UpToDate");
    }

    @Test
    void recognisesQuotesInHexAndBase64() throws IOException {
        byte[] quote = Files.readAllBytes(Path.of(QUOTE));
        Path hex = Files.writeString(home.resolve("hex"), "0x" + HexFormat.of().formatHex(quote) + "\n");
        Path base64 =
                Files.write(home.resolve("base64"), Base64.getMimeEncoder().encode(quote));
        for (Path file : List.of(hex, base64)) {
            assertThat(verify(file.toString(), "--collateral", COLLATERAL, "--at", TIME)
                            .exitCode())
                    .as(file.toString())
                    .isZero();
        }
    }

    @Test
    void verifiesAnAttestationWithTheCollateralOfItsSoftwareTee() throws Exception {
        try (SoftwareCollateral collateral = new SoftwareCollateral()) {
            Path root = Files.writeString(home.resolve("root.pem"), SoftwareCollateral.TEE.rootCertificatePem());
            Path evidence = Files.write(
                    home.resolve("evidence"),
                    EnvelopeCodec.encode(new Guest(Guest.APP_ID).evidence()).toArray());
            KeywardenProcess shown =
                    verify(evidence.toString(), "--pccs", collateral.service().url(), "--root", root.toString());
            assertThat(shown.out())
                    .contains("ACCEPTED: an attestation", "not Intel's", "event log replays to RTMR3            ok");
            assertThat(shown.exitCode()).isZero();
        }
    }

    @Test
    void saysWhichCheckRefusedAndNamesTheCode() throws IOException {
        byte[] quote = Files.readAllBytes(Path.of(QUOTE));
        quote[600] ^= 1;
        Path changed = Files.write(home.resolve("changed"), quote);

        KeywardenProcess shown = verify(changed.toString(), "--collateral", COLLATERAL, "--at", TIME);
        assertThat(shown.exitCode()).isEqualTo(1);
        assertThat(shown.out())
                .contains(
                        "REFUSED",
                        "QUOTE_SIGNATURE_INVALID (quote)",
                        "not reached",
                        "To solve it: Have the guest make its evidence anew");

        KeywardenProcess late = verify(QUOTE, "--collateral", COLLATERAL, "--json");
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(Recordings.json(late.out()).get("code").asText()).endsWith("EXPIRED");
        assertThat(Recordings.json(late.out()).get("remedy").asText()).contains("clock");
    }

    @Test
    void tellsWrongUsageFromRefusal() {
        assertThat(verify(QUOTE, "--collateral", COLLATERAL, "--pccs", "https://x")
                        .exitCode())
                .isEqualTo(2);
        assertThat(verify(QUOTE, "--at", "yesterday").exitCode()).isEqualTo(2);
        assertThat(verify(home.resolve("missing").toString()).exitCode()).isEqualTo(2);
        assertThat(verify(COLLATERAL, "--collateral", COLLATERAL).exitCode()).isEqualTo(1);
    }

    @Test
    void showsAndImportsCollateral() {
        KeywardenProcess shown = run("collateral", "show", COLLATERAL, "--at", TIME, "--json");
        assertThat(Recordings.json(shown.out())
                        .get("tcb_evaluation_data_number")
                        .asInt())
                .isEqualTo(17);

        Path store = home.resolve("store");
        assertThat(run("collateral", "import", COLLATERAL, "--at", TIME, "--dir", store.toString())
                        .exitCode())
                .isZero();
        assertThat(store.resolve("tdx-B0C06F000000-platform-standard.json")).exists();
        assertThat(run("collateral", "import", COLLATERAL, "--dir", store.toString())
                        .exitCode())
                .as("lapsed collateral")
                .isEqualTo(1);
    }

    @Test
    void saysWhatThisMachineLacksForEvidenceOfItsOwn() {
        KeywardenProcess quote = run("quote");
        assertThat(quote.exitCode()).isEqualTo(1);
        assertThat(quote.err()).contains("ATTESTER_ABSENT", "configfs", "device");
    }

    private KeywardenProcess verify(String... arguments) {
        List<String> command = new ArrayList<>(List.of("verify-quote"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private KeywardenProcess run(String... arguments) {
        return KeywardenProcess.run(home, arguments);
    }
}
