package dev.keywarden.plugin.rego;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.plugin.rego.bundle.TarGz;
import dev.keywarden.spi.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the right bundle decides, whatever is dropped beside the node. */
final class PolicyKeeperTest {
    private static final String ALLOWS = "allow listed";
    private static final String OTHER_APP = "22".repeat(20);

    private final Path folder;
    private final Path file;

    PolicyKeeperTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("bundle.tar.gz");
    }

    private Rego open() {
        return Rego.open(Settings.bundle(file), folder);
    }

    /** The small bundle with another app in its data, and another revision. */
    static byte[] listing(String app, String revision) {
        Map<String, byte[]> files = TarGz.files(TestBundles.bytes("small"));
        files.put("data.json", ("{\"lists\": {\"apps\": [\"" + app + "\"]}}").getBytes(UTF_8));
        String manifest = new String(TarGz.file(files, ".manifest"), UTF_8);
        files.put(".manifest", manifest.replace("\"7\"", "\"" + revision + "\"").getBytes(UTF_8));
        return TarGz.of(files);
    }

    @Test
    void decidesByTheBundleAndSaysWhich() {
        TestBundles.put("small", file);
        try (Rego rego = open()) {
            assertThat(rego.decide("r", Rego.LISTED_APP)).isInstanceOfSatisfying(Decision.Allow.class, allow -> {
                assertThat(allow.gatewayAppId()).isEqualTo("gw");
                assertThat(allow.reason()).isEqualTo(new Decision.Reason("small.listed", "listed"));
                assertThat(allow.evidence())
                        .containsEntry("bundle_revision", "7")
                        .containsEntry("entrypoint", "keywarden/decision")
                        .hasEntrySatisfying(
                                "bundle_sha256", digest -> assertThat(digest).hasSize(64));
            });
            assertThat(rego.decide("r", OTHER_APP)).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
                assertThat(deny.reasons())
                        .containsExactly(new Decision.Reason(
                                "small.unknown_app", "the app is not listed. To solve it: add it to data.lists.apps"));
                assertThat(deny.evidence()).containsEntry("bundle_revision", "7");
            });
        }
    }

    @Test
    void followsABundleThatIsDroppedBesideIt() {
        TestBundles.put("small", file);
        try (Rego rego = open()) {
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            TestBundles.put(listing(OTHER_APP, "8"), file);
            Await.until("the new bundle", () -> rego.ask().equals("deny small.unknown_app"));
            assertThat(rego.ask("r", OTHER_APP)).isEqualTo(ALLOWS);
        }
    }

    @Test
    void decidesByAFolder() throws IOException {
        Path unpacked = Files.createDirectories(folder.resolve("bundle"));
        for (Map.Entry<String, byte[]> each :
                TarGz.files(TestBundles.bytes("small")).entrySet()) {
            Files.write(unpacked.resolve(each.getKey()), each.getValue());
        }
        try (Rego rego = Rego.open(Settings.bundle(unpacked), folder)) {
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            Files.writeString(unpacked.resolve("data.json"), "{\"lists\": {\"apps\": []}}");
            Await.until("the new data", () -> rego.ask().equals("deny small.unknown_app"));
        }
    }

    @Test
    void deniesUntilThereIsABundle() {
        try (Rego rego = open()) {
            assertThat(rego.ask()).isEqualTo("the bundle does not exist (rego.bundle_missing)");
            TestBundles.put("small", file);
            Await.until("the first bundle", () -> rego.ask().equals(ALLOWS));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "clock, rego.policy_not_deterministic, time.now_ns",
        "missing, rego.policy_unknown_builtin, crypto.sha256",
        "odd, rego.policy_without_entrypoint, odd/allocates"
    })
    void leavesTheOldOneDecidingWhenTheNewOneIsBad(String bad, String code, String named) {
        TestBundles.put("small", file);
        try (Rego rego = open()) {
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            TestBundles.put(bad, file);
            Await.until("the refusal", () -> rego.log().lines().stream()
                    .anyMatch(line -> line.contains(code) && line.contains(named)));
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            assertThat(rego.log().lines())
                    .filteredOn(line -> line.contains(code))
                    .singleElement()
                    .asString()
                    .endsWith("the one before it stays in force");
            TestBundles.put(listing(OTHER_APP, "8"), file);
            Await.until("a good one", () -> rego.ask("r", OTHER_APP).equals(ALLOWS));
        }
    }

    @ParameterizedTest
    @CsvSource({"0061736d01000000, rego.policy_bad_abi", "00, rego.policy_bad_abi", "'', rego.policy_bad_abi"})
    void refusesCodeThatOpaDidNotMake(String hex, String code) {
        Map<String, byte[]> files = TarGz.files(TestBundles.bytes("small"));
        files.put("policy.wasm", java.util.HexFormat.of().parseHex(hex));
        TestBundles.put(TarGz.of(files), file);
        try (Rego rego = open()) {
            assertThat(rego.ask()).endsWith("(" + code + ")");
        }
    }

    /** The two numbers of the interface's version are constants that stand side by side. */
    @Test
    void refusesCodeOfAnotherVersionOfTheInterface() {
        Map<String, byte[]> files = TarGz.files(TestBundles.bytes("small"));
        byte[] code = TarGz.file(files, "policy.wasm");
        int at = indexOf(code, java.util.HexFormat.of().parseHex("7f0041010b7f0041030b"));
        code[at + 3] = 2;
        TestBundles.put(TarGz.of(files), file);
        try (Rego rego = open()) {
            assertThat(rego.ask())
                    .contains("version 2.3 of OPA's WebAssembly interface")
                    .endsWith("(rego.policy_bad_abi)");
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    @Test
    void refusesABundleThatAnswersItsOwnSmokeInputsOtherwise() {
        Map<String, byte[]> files = TarGz.files(TestBundles.bytes("small"));
        String data = new String(TarGz.file(files, "data.json"), UTF_8);
        files.put("data.json", data.replaceFirst("a4a4", "b4b4").getBytes(UTF_8));
        TestBundles.put(TarGz.of(files), file);
        try (Rego rego = open()) {
            assertThat(rego.ask())
                    .isEqualTo("the policy answers its smoke input a listed app with allow = false instead of true"
                            + " (rego.policy_fails_smoke)");
        }
    }

    @Test
    void neverGoesBackToALowerRevision() {
        TestBundles.put(listing(Rego.LISTED_APP, "10"), file);
        try (Rego rego = open()) {
            TestBundles.put(listing(OTHER_APP, "9"), file);
            Await.until("the refusal", () -> rego.log().lines().stream()
                    .anyMatch(line -> line.contains("rego.bundle_rolled_back")));
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            TestBundles.put(listing(OTHER_APP, "11"), file);
            Await.until("a higher one", () -> rego.ask("r", OTHER_APP).equals(ALLOWS));
        }
    }

    /** Callers ask without a pause while bundles are swapped: none goes without an answer, and each is by one bundle. */
    @Test
    void losesNoQuestionWhileBundlesAreSwapped() throws Exception {
        TestBundles.put(listing(Rego.LISTED_APP, "1"), file);
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<String> odd = new AtomicReference<>("");
        try (Rego rego = open()) {
            Thread[] callers = new Thread[4];
            for (int i = 0; i < callers.length; i++) {
                callers[i] = Thread.ofPlatform().start(() -> {
                    while (!done.get()) {
                        String answer = rego.ask();
                        if (!answer.equals(ALLOWS) && !answer.equals("deny small.unknown_app")) {
                            odd.set(answer);
                        }
                    }
                });
            }
            for (int revision = 2; revision <= 6; revision++) {
                String app = revision % 2 == 0 ? OTHER_APP : Rego.LISTED_APP;
                TestBundles.put(listing(app, String.valueOf(revision)), file);
                Await.until("a swap", () -> rego.ask("r", app).equals(ALLOWS));
            }
            done.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
        }
        assertThat(odd.get()).isEmpty();
    }
}
