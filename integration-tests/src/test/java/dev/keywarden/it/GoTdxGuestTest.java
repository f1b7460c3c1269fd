package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.softtee.SoftwareTee;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same quotes and collateral through go-tdx-guest: verdicts agree, or the reason is named. */
@Tag("blackbox")
final class GoTdxGuestTest {
    private static final String ACCEPTED = "accepted";
    private static final HexFormat HEX = HexFormat.of();
    private static final long INTEL_TIME = 1_751_328_000;
    private static final int GOOD = 0;
    private static final int NOT_GENUINE = 2;
    private static final int REPORT_DATA = 568;
    private static final int REPORT_DATA_BYTES = 64;

    @TempDir
    private Path home;

    /** It accepts platforms that are up to date and no others (section 9, number 43). */
    @Test
    void agreesWithGoTdxGuestOrSaysWhyNot() {
        ComparedVerdicts verdicts = new ComparedVerdicts(
                evidence -> evidence.tee().rootCertificatePem(),
                status -> status.equals("UpToDate") ? ACCEPTED : ComparedVerdicts.REFUSED);
        verdicts.agreeWith(
                "go-tdx-guest 0.3.1", ForeignClients.goTdxGuest(verdicts.cases()), GoTdxGuestDifferences.reasons());
    }

    /**
     * Intel writes FMSPCs in upper case and go-tdx-guest compares them as text in lower case (section 9, number 37), so it refuses
     * the quote of a platform whose FMSPC has letters; that is the last of its checks but those of TCB levels and policy.
     */
    @Test
    void verifiesQuotesOfRealPlatformsAsFarAsItsComparisonOfTheFmspc() throws IOException {
        byte[] quote = sample("tdx_quote");
        byte[] changed = quote.clone();
        changed[REPORT_DATA] ^= 1;
        JsonNode verdicts = ForeignClients.goTdxGuest(intel("tdx", quote, "tdx_quote") + "\n"
                + intel("changed", changed, "tdx_quote") + "\n"
                + intel("sgx", sample("sgx_quote"), "sgx_quote"));

        assertThat(verdicts.get("tdx").asText())
                .isEqualTo("refused: FMSPC from PCK Certificate(\"b0c06f000000\") is not equal to FMSPC value from"
                        + " Intel PCS's reported TDX TCB info(\"B0C06F000000\")");
        assertThat(verdicts.get("changed").asText()).contains("unable to verify message digest");
        assertThat(verdicts.get("sgx").asText()).as("section 9, number 1").contains("quote format not supported");
    }

    @Test
    void acceptsSoftwareEvidenceWithWhatOurServiceServes() throws IOException {
        try (SoftwareCollateral collateral = new SoftwareCollateral()) {
            byte[] quote = new Guest(Guest.APP_ID).evidence().quote().toArray();
            ObjectNode good = line("good", quote)
                    .put("pccs", collateral.service().url())
                    .put("root", SoftwareCollateral.TEE.rootCertificatePem())
                    .put("reportData", reportData(quote))
                    .put("now", Instant.now().getEpochSecond());
            ObjectNode intel = good.deepCopy().put("name", "under Intel's root").put("root", "");
            ObjectNode other = good.deepCopy().put("name", "other report data").put("reportData", "00".repeat(64));
            JsonNode verdicts = ForeignClients.goTdxGuest(good + "\n" + intel + "\n" + other);

            assertThat(verdicts.get("good").asText()).isEqualTo(ACCEPTED);
            assertThat(verdicts.get("under Intel's root").asText()).contains("certificate signed by unknown authority");
            assertThat(verdicts.get("other report data").asText()).contains("REPORT_DATA");
            assertThat(collateral.service().requests())
                    .anyMatch(path -> path.startsWith("/tdx/certification/v4/tcb?fmspc=f0"))
                    .contains(
                            "/tdx/certification/v4/qe/identity",
                            "/sgx/certification/v4/pckcrl?ca=platform&encoding=der",
                            "/sgx/certification/v4/rootcacrl");
        }
    }

    /** Its command asks nobody but Intel for collateral, so that here it sees signatures, chain and policy. */
    @Test
    void agreesWithTheCommandWithoutCollateral() throws IOException {
        Path root = Files.writeString(home.resolve("root.pem"), SoftwareCollateral.TEE.rootCertificatePem());
        Path strangers = Files.writeString(
                home.resolve("strangers.pem"),
                SoftwareTee.fromSeed(new byte[32]).rootCertificatePem());
        byte[] software = new Guest(Guest.APP_ID).evidence().quote().toArray();
        byte[] intel = sample("tdx_quote");

        assertThat(check(software, reportData(software), "-trusted_roots", root.toString()))
                .isEqualTo(GOOD);
        assertThat(check(intel, reportData(intel))).isEqualTo(GOOD);
        assertThat(check(software, reportData(software))).as("Intel's root").isEqualTo(NOT_GENUINE);
        assertThat(check(software, reportData(software), "-trusted_roots", strangers.toString()))
                .isEqualTo(NOT_GENUINE);
        assertThat(check(intel, reportData(software))).as("other report data").isNotEqualTo(GOOD);
        software[REPORT_DATA] ^= 1;
        assertThat(check(software, reportData(software), "-trusted_roots", root.toString()))
                .isEqualTo(NOT_GENUINE);
    }

    private int check(byte[] quote, String reportData, String... more) throws IOException {
        Path file = Files.write(home.resolve("quote"), quote);
        List<String> arguments = new ArrayList<>(List.of(
                "-in", file.toString(), "-get_collateral=false", "-check_crl=false", "-report_data", reportData));
        arguments.addAll(List.of(more));
        return ForeignClients.goTdxCheck(arguments);
    }

    private static String intel(String name, byte[] quote, String sample) throws IOException {
        String collateral = new String(sample(sample + "_collateral.json"), StandardCharsets.UTF_8);
        return line(name, quote)
                .put("collateral", collateral)
                .put("now", INTEL_TIME)
                .toString();
    }

    private static ObjectNode line(String name, byte[] quote) {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("quote", HEX.formatHex(quote));
    }

    private static String reportData(byte[] quote) {
        return HEX.formatHex(quote, REPORT_DATA, REPORT_DATA + REPORT_DATA_BYTES);
    }

    /** What Intel signed. */
    private static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(
                DocumentedPage.ROOT.resolve("core/dcap/src/test/resources/dev/keywarden/dcap/" + name));
    }
}
