package dev.keywarden.plugin.rego.facts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.testkit.BootInfoBuilder;
import dev.keywarden.testkit.LogCapture;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists: what is found in them, and that a broken one is named and changes nothing. */
final class FactListTest {
    private static final String APP = "a4".repeat(20);
    private static final String HASH = "a5".repeat(32);

    private final Path folder;
    private final Path file;
    private final LogCapture log = new LogCapture("facts");
    private final Map<String, String> evidence = new HashMap<>();

    FactListTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("apps.jsonl");
    }

    private FactList list(String key) {
        FactKey parsed = FactKey.parse(key);
        return new FactList("apps", parsed, FactFolder.ofFile(file, parsed, log));
    }

    private @Nullable String find(FactList list) throws PolicyException, InterruptedException {
        return find(list, BootInfoBuilder.machine().build());
    }

    private @Nullable String find(FactList list, BootInfo bootInfo) throws PolicyException, InterruptedException {
        evidence.clear();
        byte[] found = list.find(bootInfo, evidence);
        return found == null ? null : new String(found, UTF_8);
    }

    @Test
    void findsTheEntryWithItsAttributes() throws Exception {
        Files.writeString(
                file, "{\"owner\": \"we\", \"key\":\"" + APP + "\", \"until\": 1.50}\r\n\n" + "11".repeat(20));
        FactList apps = list("app_id");
        assertThat(find(apps)).isEqualTo("{\"owner\":\"we\",\"until\":1.50}");
        assertThat(evidence).containsOnlyKeys("facts.apps.sha256");
        assertThat(find(apps, BootInfoBuilder.machine().appId("11".repeat(20)).build()))
                .isEqualTo("{}");
        assertThat(find(apps, BootInfoBuilder.machine().appId("12".repeat(20)).build()))
                .isNull();
    }

    @Test
    void findsByTwoFieldsTogether() throws Exception {
        Files.writeString(file, APP + "/" + HASH + "\n");
        FactList pairs = list("app_id/compose_hash");
        assertThat(find(pairs)).isEqualTo("{}");
        assertThat(find(
                        pairs,
                        BootInfoBuilder.machine().composeHash("00".repeat(32)).build()))
                .isNull();
    }

    @Test
    void findsNothingByAnEmptyField() throws Exception {
        Files.writeString(file, "00".repeat(32));
        assertThat(find(
                        list("os_image_hash"),
                        BootInfoBuilder.machine().osImageHash("").build()))
                .isNull();
    }

    @Test
    void findsNothingInAnEmptyList() throws Exception {
        Files.writeString(file, "");
        assertThat(find(list("app_id"))).isNull();
        assertThat(evidence).hasSize(1);
    }

    @Test
    void seesEveryChangeAtOnce() throws Exception {
        FactList apps = list("app_id");
        for (int i = 0; i < 50; i++) {
            Files.writeString(file, i % 2 == 0 ? APP : "11".repeat(20));
            assertThat(find(apps) != null).isEqualTo(i % 2 == 0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "A4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4 | line 2: the key has upper-case letters",
                "0xa4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4 | line 2: the key begins with 0x",
                "a4a4 | line 2: the key has 4 characters and is not app_id: 40 hex digits",
                "zz | line 2: the key has 2 characters",
                "{\"key\": 1} | line 2: the key has 0 characters",
                "{\"owner\": \"x\"} | line 2: the object has no \"key\"",
                "{\"key\": \"11\" | line 2: the key has 2 characters",
                "{\"key\": | line 2: it is no JSON object: column",
                "{} {} | line 2: something follows",
                "{\"key\":\"1111111111111111111111111111111111111111\",\"a\":1,\"a\":2} | line 2: it is no JSON object: column",
                "a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4 | is there twice",
            })
    void namesTheBrokenLineAndKeepsTheOldList(String broken, String problem) throws Exception {
        Files.writeString(file, APP + "\n");
        FactList apps = list("app_id");
        assertThat(find(apps)).isNotNull();
        String digest = evidence.get("facts.apps.sha256");

        Files.writeString(file, APP + "\n" + broken + "\n");
        for (int i = 0; i < 3; i++) {
            assertThat(find(apps)).isNotNull();
            assertThat(evidence).containsEntry("facts.apps.sha256", digest);
            assertThat(evidence.get("facts.apps.newer_is_broken")).contains(problem);
        }
        assertThat(log.lines())
                .filteredOn(line -> line.contains("the version before it stays in use"))
                .hasSize(1);

        Files.writeString(file, "");
        assertThat(find(apps)).isNull();
        assertThat(evidence).doesNotContainKey("facts.apps.newer_is_broken");
    }

    @Test
    void isUnusableWithoutAFirstVersion() throws Exception {
        assertThatThrownBy(() -> find(list("app_id"))).hasMessage("the list apps.jsonl does not exist");
        Files.writeString(file, "x\n");
        assertThatThrownBy(() -> find(list("app_id"))).hasMessageContaining("is broken: line 1");
    }

    @Test
    void isUnusableOnceTheFileIsGone() throws Exception {
        Files.writeString(file, APP);
        FactList apps = list("app_id");
        assertThat(find(apps)).isNotNull();
        Files.delete(file);
        assertThatThrownBy(() -> find(apps)).hasMessage("the list apps.jsonl does not exist");
        Files.writeString(file, APP);
        assertThat(find(apps)).isNotNull();
    }

    @Test
    void readsEveryFileOfAFolder() throws Exception {
        FactKey key = FactKey.parse("app_id");
        FactList apps = new FactList("apps", key, FactFolder.ofFolder(folder, key, log));
        assertThat(find(apps)).isNull();
        Files.writeString(folder.resolve("b.jsonl"), "{\"key\":\"" + APP + "\",\"from\":\"b\"}");
        Files.writeString(folder.resolve("notes.txt"), "anything");
        assertThat(find(apps)).isEqualTo("{\"from\":\"b\"}");
        Files.writeString(folder.resolve("a.jsonl"), "{\"key\":\"" + APP + "\",\"from\":\"a\"}");
        assertThat(find(apps)).isEqualTo("{\"from\":\"a\"}");
        assertThat(evidence).containsOnlyKeys("facts.apps.a.jsonl.sha256", "facts.apps.b.jsonl.sha256");
        Files.delete(folder.resolve("a.jsonl"));
        assertThat(find(apps)).isEqualTo("{\"from\":\"b\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "advisory_ids", "tcb_status", "app_id/", "app_id,compose_hash", "key_provider_info"})
    void hasNoKeysOfOtherKinds(String key) {
        assertThatThrownBy(() -> FactKey.parse(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key must be one of app_id, compose_hash");
    }

    /** A million entries, each with attributes of its own, in less than 200 MiB. */
    @Test
    void holdsAMillionEntriesInLittleMemory() throws Exception {
        int many = 1_000_000;
        StringBuilder text = new StringBuilder(many * 100);
        for (int i = 0; i < many; i++) {
            text.append("{\"key\":\"")
                    .append(String.format("%064x", i * 2_654_435_761L))
                    .append("\",\"owner\":\"team-")
                    .append(i)
                    .append("\"}\n");
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        text.setLength(0);
        FactTable table = FactReader.read(new ByteArrayInputStream(bytes), FactKey.parse("os_image_hash"));
        assertThat(table.size()).isEqualTo(many);
        assertThat(table.memoryBytes()).isLessThan(200L << 20);
        byte[] key = new byte[32];
        java.nio.ByteBuffer.wrap(key).putLong(24, 77 * 2_654_435_761L);
        assertThat(table.find(key)).isEqualTo("{\"owner\":\"team-77\"}".getBytes(UTF_8));
    }
}
