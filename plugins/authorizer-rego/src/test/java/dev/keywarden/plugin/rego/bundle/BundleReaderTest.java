package dev.keywarden.plugin.rego.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.plugin.rego.TestBundles;
import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That a bundle is read whole or refused with a reason of its own. */
final class BundleReaderTest {
    private static final byte[] SMALL = TestBundles.bytes("small");
    private static final BundleLimits LIMITS = new BundleLimits(1 << 20, 1 << 20);

    private final BundleReader reader = new BundleReader(LIMITS, "keywarden/decision", Map.of(), false);

    @Test
    void readsWhatOpaBuilds() throws PolicyException {
        Bundle bundle = reader.readArchive(SMALL);
        assertThat(bundle.revision()).isEqualTo("7");
        assertThat(bundle.sha256()).hasSize(64);
        assertThat(bundle.keyId()).isNull();
        assertThat(bundle.wasm()).startsWith(0, 'a', 's', 'm');
        assertThat(new String(bundle.data(), UTF_8))
                .startsWith("{\"lists\":{\"apps\":[\"a4a4")
                .contains("\"smoke\"");
    }

    @Test
    void putsTheDataOfFoldersTogether() throws PolicyException {
        Map<String, byte[]> files = TarGz.files(SMALL);
        files.put("data.json", bytes("{\"lists\":{\"a\":1}}"));
        files.put("lists/deep/data.json", bytes("[2]"));
        files.put(".manifest", bytes(manifest("[\"lists\"]")));
        assertThat(new String(reader.readArchive(TarGz.of(files)).data(), UTF_8))
                .isEqualTo("{\"lists\":{\"a\":1,\"deep\":[2]}}");
        files.put("lists/a/data.json", bytes("3"));
        assertRefused(TarGz.of(files), Code.BUNDLE_BAD_DATA, "twice");
    }

    @Test
    void refusesEveryTruncation() {
        for (int length = 0; length < SMALL.length; length += 97) {
            byte[] cut = Arrays.copyOf(SMALL, length);
            assertThatThrownBy(() -> reader.readArchive(cut))
                    .isInstanceOfSatisfying(PolicyException.class, e -> assertThat(e.code())
                            .isIn(Code.BUNDLE_TRUNCATED, Code.BUNDLE_NOT_GZIP));
        }
    }

    @Test
    void refusesWhatIsNoArchive() {
        assertRefused(new byte[0], Code.BUNDLE_NOT_GZIP, "is empty");
        assertRefused(bytes("<html>not found</html>"), Code.BUNDLE_NOT_GZIP, "not compressed with gzip");
        assertRefused(TarGz.gzip(bytes("x".repeat(600))), Code.BUNDLE_CORRUPT, "no tar archive");
        byte[] flipped = SMALL.clone();
        flipped[SMALL.length - 6] ^= 1;
        assertRefused(flipped, Code.BUNDLE_CORRUPT, "is damaged");
    }

    @Test
    void refusesMoreThanIsAllowed() {
        assertRefused(new byte[(1 << 20) + 1], Code.BUNDLE_TOO_LARGE, "max_bundle_bytes");
        byte[] many = new byte[700_000];
        assertRefused(TarGz.of(Map.of("a", many, "b", many)), Code.BUNDLE_TOO_LARGE, "max_unpacked_bytes");
        // A megabyte of archive that says it is, and would be, ten gigabytes.
        byte[] claims = new TarGz()
                .entry("data.json", '0', 10L << 30 >> 3, new byte[512])
                .compressed();
        assertRefused(claims, Code.BUNDLE_TOO_LARGE, "max_unpacked_bytes");
        byte[] bomb = TarGz.gzip(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(1 << 20);
        assertRefused(bomb, Code.BUNDLE_TOO_LARGE, "max_unpacked_bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/../x", "a/../../x", "a/./b", "a//b", "..", "a\\b", "//x"})
    void refusesANameThatLeadsOutside(String name) {
        assertRefused(TarGz.of(Map.of(name, bytes("x"))), Code.BUNDLE_BAD_PATH, "not inside the bundle");
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6'})
    void refusesWhatIsNoPlainFile(char type) {
        assertRefused(
                new TarGz().entry("policy.wasm", type, 0, new byte[0]).compressed(),
                Code.BUNDLE_BAD_PATH,
                "no plain file");
    }

    @Test
    void refusesANameThatIsThereTwice() {
        TarGz twice = new TarGz();
        twice.entry("data.json", '0', 2, bytes("{}")).entry("/data.json", '0', 2, bytes("{}"));
        assertRefused(twice.compressed(), Code.BUNDLE_BAD_PATH, "twice");
    }

    @Test
    void takesTheLongNamesOfBothKinds() throws PolicyException {
        String name = "folder/".repeat(30) + "data.json";
        Map<String, byte[]> files = new TreeMap<>(TarGz.files(SMALL));
        TarGz archive = new TarGz();
        archive.entry("PaxHeaders/0", 'x', paxRecord(name).length, paxRecord(name));
        archive.entry("short", '0', 1, bytes("1"));
        files.remove("data.json");
        files.put(".manifest", bytes(manifest("[\"\"]")));
        files.forEach((each, content) -> archive.entry(each, '0', content.length, content));
        assertThat(new String(reader.readArchive(archive.compressed()).data(), UTF_8))
                .startsWith("{\"folder\":{\"folder\":")
                .contains("{\"folder\":1}");
    }

    private static byte[] paxRecord(String name) {
        String rest = " path=" + name + "\n";
        int length = rest.length() + 3;
        return bytes(length + rest);
    }

    @Test
    void refusesABundleWithoutWebAssembly() {
        Map<String, byte[]> files = TarGz.files(SMALL);
        files.remove("policy.wasm");
        assertRefused(TarGz.of(files), Code.BUNDLE_WITHOUT_WASM, "opa build -t wasm -e keywarden/decision");
        assertRefused(TarGz.of(Map.of()), Code.BUNDLE_WITHOUT_WASM, "no WebAssembly");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                       | is broken: line 1",
                "[]                      | is no object",
                "{\"revision\": 3}       | revision must be text",
                "{\"roots\": \"a\"}      | roots must be a list",
                "{\"roots\": [1]}        | roots must be text",
                "{\"wasm\": {}}          | wasm must be a list",
                "{\"wasm\": [1]}         | wasm must be a list",
                "{\"wasm\": [{\"entrypoint\": 1}]} | wasm.entrypoint must be text",
            })
    void refusesABrokenManifest(String manifest, String problem) {
        Map<String, byte[]> files = TarGz.files(SMALL);
        files.put(".manifest", bytes(manifest));
        assertRefused(TarGz.of(files), Code.BUNDLE_BAD_MANIFEST, problem);
    }

    @Test
    void refusesOtherKindsOfBundles() {
        Map<String, byte[]> files = TarGz.files(SMALL);
        files.put("patch.json", bytes("{\"data\": []}"));
        assertRefused(TarGz.of(files), Code.BUNDLE_BAD_MANIFEST, "delta");
        files = TarGz.files(SMALL);
        files.put(".manifest.pb", bytes("x"));
        assertRefused(TarGz.of(files), Code.BUNDLE_BAD_MANIFEST, ".manifest.pb");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data.json  | {\"lists\": | has a broken data.json",
                "data.json  | []          | no object",
                "data.json  | {} {}       | something follows",
                "data.json  | {\"a\":1,\"a\":2} | Duplicate",
                "data.json  | {\"other\": 1} | outside the roots",
                "other/data.json | 1      | outside the roots",
                "a/data.yaml | a: 1       | only data.json is read",
            })
    void refusesDataThatIsNotWhatItShouldBe(String name, String content, String problem) {
        Map<String, byte[]> files = TarGz.files(SMALL);
        files.put(name, bytes(content));
        files.put(".manifest", bytes(manifest("[\"lists\", \"smoke\"]")));
        assertRefused(TarGz.of(files), Code.BUNDLE_BAD_DATA, problem);
    }

    private static String manifest(String roots) {
        return "{\"roots\": " + roots
                + ", \"wasm\": [{\"entrypoint\": \"keywarden/decision\", \"module\": \"/policy.wasm\"}]}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private void assertRefused(byte[] archive, Code code, String problem) {
        assertThatThrownBy(() -> reader.readArchive(archive))
                .isInstanceOfSatisfying(
                        PolicyException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(problem);
    }
}
