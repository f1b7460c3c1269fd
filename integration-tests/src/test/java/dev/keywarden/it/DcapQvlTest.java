package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.softtee.ForgedEvidence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same quotes and collateral through the verifier that the reference uses: verdicts agree, or the reason is named; and {@code
 * verify-quote --json} has all that its report has, by the same names and in the same places.
 */
@Tag("blackbox")
final class DcapQvlTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Path SAMPLES = DocumentedPage.ROOT.resolve("core/dcap/src/test/resources/dev/keywarden/dcap");
    private static final Instant SAMPLES_TIME = Instant.parse("2025-07-01T00:00:00Z");
    private static final int TD_REPORT_1_5 = 3;
    private static final int TEE_TCB_SVN2 = 584;
    private static final int TEE_TCB_SVN_BYTES = 16;

    @TempDir
    private Path home;

    @Test
    void agreesWithTheReferencesVerifierOrSaysWhyNot() {
        ComparedVerdicts verdicts =
                new ComparedVerdicts(evidence -> HEX.formatHex(evidence.root()), UnaryOperator.identity());
        ObjectNode theirs = JsonNodeFactory.instance.objectNode();
        ForeignClients.dcapQvl(verdicts.cases())
                .properties()
                .forEach(answer -> theirs.set(
                        answer.getKey(),
                        answer.getValue().isTextual()
                                ? answer.getValue()
                                : answer.getValue().get("status")));
        verdicts.agreeWith("dcap-qvl 0.7.0", theirs, DcapQvlDifferences.reasons());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tdx_quote", "sgx_quote"})
    void reportsQuotesOfRealPlatformsByTheSameNames(String sample) throws IOException {
        byte[] quote = Files.readAllBytes(SAMPLES.resolve(sample));
        String collateral = Files.readString(SAMPLES.resolve(sample + "_collateral.json"));
        assertHasAllOf(quote, collateral, "", SAMPLES_TIME, sample.startsWith("tdx") ? "TD10" : "SgxEnclave");
    }

    @Test
    void reportsTdReports15ByTheSameNamesInTheSamePlaces() throws IOException {
        ForgedEvidence evidence = new ForgedEvidence();
        evidence.quote().versionFive(TD_REPORT_1_5).body(body -> {
            System.arraycopy(body, 0, body, TEE_TCB_SVN2, TEE_TCB_SVN_BYTES);
            return body;
        });
        assertHasAllOf(evidence, "TD15");
    }

    @Test
    void reportsPlatformsThatAreBehindByTheSameNames() throws IOException {
        ForgedEvidence evidence = new ForgedEvidence();
        evidence.collateral().tcbInfo().set("tcbLevels/0/tcb/pcesvn", 60_000);
        assertHasAllOf(evidence, "TD10");
    }

    private void assertHasAllOf(ForgedEvidence evidence, String variant) throws IOException {
        assertHasAllOf(
                evidence.encodedQuote(),
                new String(evidence.collateral().json(), StandardCharsets.UTF_8),
                HEX.formatHex(evidence.root()),
                ForgedEvidence.NOW,
                variant);
    }

    private void assertHasAllOf(byte[] quote, String collateral, String root, Instant time, String variant)
            throws IOException {
        ObjectNode line = JsonNodeFactory.instance
                .objectNode()
                .put("name", "it")
                .put("quote", HEX.formatHex(quote))
                .put("collateral", collateral)
                .put("root", root)
                .put("now", time.getEpochSecond());
        JsonNode theirs = ForeignClients.dcapQvl(line.toString()).get("it");
        assertThat(theirs.at("/report/" + variant).isObject())
                .as(theirs.toString())
                .isTrue();
        assertHas(verifyQuote(quote, collateral, root.isEmpty(), time), theirs, "");
    }

    private JsonNode verifyQuote(byte[] quote, String collateral, boolean intel, Instant time) throws IOException {
        Path root = Files.writeString(
                home.resolve("root.pem"), new ForgedEvidence().tee().rootCertificatePem());
        String[] command = {
            "verify-quote",
            Files.write(home.resolve("quote"), quote).toString(),
            "--collateral",
            Files.writeString(home.resolve("collateral"), collateral).toString(),
            "--at",
            time.toString(),
            "--json",
            "--root",
            root.toString()
        };
        KeywardenProcess ended =
                KeywardenProcess.run(home, intel ? Arrays.copyOf(command, command.length - 2) : command);
        return Recordings.json(ended.out());
    }

    /** Objects may have more members than theirs; lists are of advisories, whose order has no meaning. */
    private static void assertHas(JsonNode ours, JsonNode theirs, String place) {
        if (theirs.isObject()) {
            theirs.properties()
                    .forEach(member ->
                            assertHas(ours.path(member.getKey()), member.getValue(), place + "/" + member.getKey()));
        } else if (theirs.isArray()) {
            assertThat(elements(ours)).as(place).isEqualTo(elements(theirs));
        } else {
            assertThat(ours).as(place).isEqualTo(theirs);
        }
    }

    private static Set<JsonNode> elements(JsonNode list) {
        assertThat(list.isArray()).isTrue();
        return StreamSupport.stream(list.spliterator(), false).collect(Collectors.toSet());
    }
}
