package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contracts' own tools over the contracts: their tests, coverage, gas, layout of storage, static analysis.
 *
 * <p>Where the tree holds a snapshot, {@code -Dkeywarden.snapshots=write} replaces it by what is true now.
 */
@Tag("blackbox")
final class ContractsTest {
    private static final Path SNAPSHOTS = Foundry.FOLDER.resolve("snapshots");
    private static final boolean WRITE = "write".equals(System.getProperty("keywarden.snapshots"));
    private static final String SAMPLED = "^(testFuzz|invariant)_";
    private static final Pattern PASSED = Pattern.compile("(\\d+) tests passed, (\\d+) failed, (\\d+) skipped");
    private static final Pattern SILENCED = Pattern.compile("slither-disable-(next-line|start) \\S+");
    private static final int INVARIANTS = 12;

    @Test
    void areFormatted() {
        Foundry.forge("fmt", "--check").succeeded();
    }

    @Test
    void unitTestsPassAndTakeTheGasOfTheSnapshot(TestReporter reporter) {
        List<String> arguments = new ArrayList<>(List.of("snapshot", "--no-match-test", SAMPLED));
        arguments.addAll(List.of(
                WRITE ? "--snap" : "--check", SNAPSHOTS.resolve("gas.txt").toString()));
        report(reporter, "unit", Foundry.forge(arguments.toArray(String[]::new)).succeeded());
    }

    @Test
    void fuzzTestsAndInvariantsHold(TestReporter reporter) {
        Foundry.Run run = Foundry.forge("test", "--match-test", SAMPLED).succeeded();
        report(reporter, "fuzz and invariants", run);
        assertThat(run.printed().lines().filter(line -> line.startsWith("[PASS] invariant_")))
                .hasSize(INVARIANTS);
    }

    private static void report(TestReporter reporter, String kind, Foundry.Run run) {
        List<MatchResult> counts = PASSED.matcher(run.printed()).results().toList();
        assertThat(counts).as(run.printed()).isNotEmpty();
        MatchResult total = counts.getLast();
        assertThat(total.group(2)).as("failed").isEqualTo("0");
        assertThat(total.group(3)).as("skipped").isEqualTo("0");
        reporter.publishEntry(kind, total.group());
    }

    @Test
    void everyLineStatementAndBranchIsCovered() {
        Foundry.Run run = Foundry.forge(
                        "coverage",
                        "--no-match-test",
                        SAMPLED,
                        "--no-match-coverage",
                        "^(test|script)/",
                        "--report",
                        "summary")
                .succeeded();
        List<String> files = run.printed()
                .lines()
                .filter(line -> line.matches("\\| (src/|Total).*"))
                .toList();
        assertThat(files).hasSizeGreaterThan(1);
        assertThat(files).allSatisfy(file -> {
            for (String share : file.replaceAll("^\\| \\S+ *\\||\\|$", "").split("\\|", -1)) {
                // Of nothing there is nothing to cover, which forge shows as 0/0.
                assertThat(share.strip()).matches("100\\.00% \\(\\d+/\\d+\\)|0\\.00% \\(0/0\\)");
            }
        });
    }

    @Test
    void storageIsLaidOutAsInTheSnapshot() throws IOException {
        JsonNode layout = inspect("Layout", "storageLayout");
        Map<String, String> members = new TreeMap<>();
        layout.get("types").forEach(type -> type.path("members")
                .forEach(member -> members.put(
                        type.get("label").asText() + " " + member.get("slot").asText() + "+"
                                + member.get("offset").asText(),
                        layout.at("/types")
                                        .get(member.get("type").asText())
                                        .get("label")
                                        .asText()
                                + " "
                                + member.get("label").asText())));
        StringBuilder text = new StringBuilder();
        members.forEach(
                (where, what) -> text.append(where).append(": ").append(what).append('\n'));
        compare(SNAPSHOTS.resolve("storage-layout.txt"), text.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AllowlistRegistry", "AppAllowlist"})
    void noStateIsOutsideOfTheNamedLocations(String contract) {
        assertThat(inspect(contract, "storageLayout").get("storage")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AllowlistRegistry", "AppAllowlist"})
    void interfaceIsThatOfTheSnapshot(String contract) throws IOException {
        String abi = Recordings.JSON
                .writer(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(
                        Foundry.artifact(contract + ".sol", contract).get("abi"));
        compare(Foundry.FOLDER.resolve("abi").resolve(contract + ".json"), abi + "\n");
    }

    private static JsonNode inspect(String contract, String what) {
        Foundry.artifact("Layout.sol", "Layout");
        String printed =
                Foundry.forge("inspect", contract, what, "--json").succeeded().printed();
        return Recordings.json(printed.substring(printed.indexOf('{')));
    }

    private static void compare(Path snapshot, String now) throws IOException {
        if (WRITE) {
            Files.createDirectories(snapshot.getParent());
            Files.writeString(snapshot, now);
        }
        assertThat(now).isEqualTo(Files.readString(snapshot));
    }

    @Test
    void upgradesAreSafe() throws IOException {
        Foundry.Run run = Foundry.run(
                Foundry.FOLDER,
                Map.of(),
                List.of(
                        "node_modules/.bin/openzeppelin-upgrades-core",
                        "validate",
                        Foundry.analysis().resolve("build-info").toString()));
        assertThat(run.succeeded().printed()).contains("3 upgradeable contracts detected, 3 passed, 0 failed");
    }

    @Test
    void staticAnalysisFindsNothing() throws IOException {
        assertThat(Foundry.slither().succeeded().printed())
                .contains("with ", " detectors")
                .contains(" 0 result(s) found");
    }

    /** What static analysis is told to pass over has a reason beside it. */
    @Test
    void everySilencedFindingIsExplained() throws IOException {
        List<String> unexplained = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Foundry.FOLDER.resolve("src"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                List<String> lines = Files.readAllLines(source);
                for (int i = 0; i < lines.size(); i++) {
                    boolean explained = i > 0 && lines.get(i - 1).strip().matches("// (?!slither).{20,}");
                    if (SILENCED.matcher(lines.get(i)).find() && !explained) {
                        unexplained.add(source.getFileName() + ":" + (i + 1));
                    }
                }
            }
        }
        assertThat(unexplained).isEmpty();
    }
}
