package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.plugin.rego.TestBundles;
import dev.keywarden.plugin.rego.bundle.VerificationKey.Algorithm;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signatures of OPA's own making hold, and nothing else does. The bundles are made by {@code src/test/policies/sign}. */
final class SignaturesTest {
    private static final BundleLimits LIMITS = new BundleLimits(1 << 20, 1 << 20);

    private static VerificationKey key(Algorithm algorithm, String scope) {
        return VerificationKey.load(algorithm, file(algorithm.name().toLowerCase(java.util.Locale.ROOT)), scope);
    }

    private static Path file(String name) {
        return Path.of("src/test/resources/bundles/signed-" + name + ".pem");
    }

    private static byte[] signed(Algorithm algorithm) {
        return TestBundles.bytes("signed-" + algorithm.name().toLowerCase(java.util.Locale.ROOT));
    }

    private static BundleReader reader(Map<String, VerificationKey> keys) {
        return new BundleReader(LIMITS, "keywarden/decision", keys, true);
    }

    @ParameterizedTest
    @EnumSource
    void holdsIfOpaMadeItWithTheConfiguredKey(Algorithm algorithm) throws PolicyException {
        Bundle bundle = reader(Map.of("release", key(algorithm, "node"))).readArchive(signed(algorithm));
        assertThat(bundle.keyId()).isEqualTo("release");
        assertThat(bundle.revision()).isEqualTo("7");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnotherKeyScopeOrAlgorithm(Algorithm algorithm) {
        assertRefused(reader(Map.of("other", key(algorithm, "node"))), signed(algorithm), "not configured");
        assertRefused(reader(Map.of("release", key(algorithm, ""))), signed(algorithm), "scope");
        Algorithm another = algorithm == Algorithm.ES256 ? Algorithm.RS256 : Algorithm.ES256;
        assertRefused(reader(Map.of("release", key(another, "node"))), signed(algorithm), "is not made with");
        assertRefused(
                new BundleReader(LIMITS, "keywarden/decision", Map.of(), false),
                signed(algorithm),
                "no keys are configured");
    }

    @Test
    void refusesABundleWithoutOneIfItMustHaveOne() {
        assertThatThrownBy(() ->
                        reader(Map.of("release", key(Algorithm.ES256, "node"))).readArchive(TestBundles.bytes("small")))
                .isInstanceOfSatisfying(
                        PolicyException.class, e -> assertThat(e.code()).isEqualTo(Code.BUNDLE_UNSIGNED));
    }

    @Test
    void takesOneWithoutIfItNeedsNone() throws PolicyException {
        BundleReader lenient =
                new BundleReader(LIMITS, "keywarden/decision", Map.of("release", key(Algorithm.ES256, "node")), false);
        assertThat(lenient.readArchive(TestBundles.bytes("small")).keyId()).isNull();
        assertThat(lenient.readArchive(signed(Algorithm.ES256)).keyId()).isEqualTo("release");
    }

    @Test
    void coversEveryFileAndNothingElse() {
        assertChanged(files -> files.put("data.json", bytes("{\"lists\":{\"apps\":[]}}")), "hash of \"data.json\"");
        assertChanged(files -> files.put("small.rego", bytes("package keywarden")), "hash of \"small.rego\"");
        assertChanged(files -> flip(TarGz.file(files, "policy.wasm")), "hash of \"policy.wasm\"");
        assertChanged(files -> files.put("lists/data.json", bytes("{}")), "does not cover \"lists/data.json\"");
        assertChanged(files -> files.remove("small.rego"), "not in the bundle");
        assertChanged(files -> files.put("sub/.signatures.json", bytes("{}")), "does not cover");
    }

    /** Documents are signed by their meaning: spaces and the order of names do not count. */
    @Test
    void doesNotMindHowADocumentIsWritten() throws PolicyException {
        Map<String, byte[]> files = TarGz.files(signed(Algorithm.ES256));
        files.put(
                "data.json",
                bytes(text(TarGz.file(files, "data.json"))
                        .replace("{\"", "{  \"")
                        .replace(",", "\n,")));
        assertThat(reader(Map.of("release", key(Algorithm.ES256, "node")))
                        .readArchive(TarGz.of(files))
                        .keyId())
                .isEqualTo("release");
    }

    @Test
    void refusesWhatIsNoSignature() {
        assertToken(token -> token.replace(".", ""), "no JSON Web Signature");
        assertToken(token -> "a.b", "no JSON Web Signature");
        assertToken(token -> token.substring(0, token.length() - 8) + "AAAAAAAA", "not made with the key");
        assertToken(token -> "eyJhbGciOiJub25lIn0" + token.substring(token.indexOf('.')), "not made with ES256");
        assertToken(token -> token + "\",\"" + token, "exactly one");
        assertChanged(files -> files.put(".signatures.json", bytes("{")), "is broken");
        assertChanged(files -> files.put(".signatures.json", bytes("{\"signatures\":[]}")), "exactly one");
        assertChanged(
                files -> files.put(
                        ".signatures.json",
                        bytes(text(TarGz.file(files, ".signatures.json"))
                                .replaceFirst("\"plugin\": *\"[^\"]*\"", "\"plugin\": \"mine\""))),
                "another verifier");
    }

    @Test
    void refusesKeysThatAreNone(@org.junit.jupiter.api.io.TempDir Path folder) throws java.io.IOException {
        Path nothing = java.nio.file.Files.writeString(folder.resolve("x.pem"), "nothing");
        assertThatThrownBy(() -> VerificationKey.load(Algorithm.ES256, nothing, ""))
                .hasMessageContaining("holds no PUBLIC KEY");
        assertThatThrownBy(() -> VerificationKey.load(Algorithm.ES256, folder.resolve("none"), ""))
                .hasMessageContaining("can't be read");
        assertThatThrownBy(() -> VerificationKey.load(Algorithm.RS256, file("es256"), ""))
                .hasMessageContaining("no key for RS256");
        assertThatThrownBy(() -> VerificationKey.load(Algorithm.ES256, file("eddsa"), ""))
                .hasMessageContaining("no key for ES256");
    }

    private static void assertToken(UnaryOperator<String> change, String problem) {
        assertChanged(
                files -> {
                    String file = text(TarGz.file(files, ".signatures.json"));
                    int begin = file.indexOf("\"ey") + 1;
                    int end = file.indexOf('"', begin);
                    files.put(
                            ".signatures.json",
                            bytes(file.substring(0, begin)
                                    + change.apply(file.substring(begin, end))
                                    + file.substring(end)));
                },
                problem);
    }

    private static void assertChanged(Consumer<Map<String, byte[]>> change, String problem) {
        Map<String, byte[]> files = TarGz.files(signed(Algorithm.ES256));
        change.accept(files);
        assertRefused(reader(Map.of("release", key(Algorithm.ES256, "node"))), TarGz.of(files), problem);
    }

    private static void assertRefused(BundleReader reader, byte[] archive, String problem) {
        assertThatThrownBy(() -> reader.readArchive(archive))
                .isInstanceOfSatisfying(
                        PolicyException.class, e -> assertThat(e.code()).isEqualTo(Code.BUNDLE_BAD_SIGNATURE))
                .hasMessageContaining(problem);
    }

    private static void flip(byte[] bytes) {
        bytes[bytes.length - 1] ^= 1;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
