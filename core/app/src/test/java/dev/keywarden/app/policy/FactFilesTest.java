package dev.keywarden.app.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists that a person names on the command line. */
final class FactFilesTest {
    private final Path folder;

    FactFilesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static ObjectNode machine(String app, String compose) {
        return Json.object().put("app_id", app).put("compose_hash", compose);
    }

    @Test
    void findsWhatTheKeyNamesInEveryFileOfAFolder() throws IOException {
        Files.writeString(folder.resolve("one.jsonl"), "a1/c1\n\n{\"key\": \"a2/c1\", \"owner\": \"b\"}\n");
        Files.writeString(folder.resolve("two.jsonl"), "a3/c1\n");
        Files.writeString(folder.resolve("ignored.txt"), "no list\n");
        FactFiles facts = FactFiles.read(List.of("pairs:app_id/compose_hash:" + folder));
        assertThat(facts.facts(machine("a2", "c1")).toString()).isEqualTo("{\"pairs\":{\"owner\":\"b\"}}");
        assertThat(facts.facts(machine("a3", "c1")).toString()).isEqualTo("{\"pairs\":{}}");
        assertThat(facts.facts(machine("a2", "c2")).toString()).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a1#0xa2 | 2: the key must be hex in lower case without 0x",
                "A1 | 1: the key must be hex in lower case without 0x",
                "{\"owner\": \"b\"} | 1: the key must be hex",
                "a1#a2#a1 | 3: the key a1 was there before",
                "{\"key\": | 1",
            })
    void namesTheBrokenLine(String lines, String problem) throws IOException {
        Path list = Files.writeString(folder.resolve("list.jsonl"), lines.replace('#', '\n'));
        assertThatThrownBy(() -> FactFiles.read(List.of("apps:app_id:" + list)))
                .isInstanceOf(PolicyFailure.class)
                .hasMessageContaining(list + ":" + problem);
    }

    @ParameterizedTest
    @CsvSource({"apps:list.jsonl", "apps::list.jsonl", ":app_id:list.jsonl", "apps:app_id:"})
    void saysHowASpecificationIsWritten(String specification) {
        assertThatThrownBy(() -> FactFiles.read(List.of(specification)))
                .isInstanceOf(PolicyFailure.class)
                .hasMessageContaining("write NAME:KEY:FILE");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> FactFiles.read(List.of("apps:app_id:" + folder.resolve("none.jsonl"))))
                .isInstanceOf(PolicyFailure.class)
                .hasMessageContaining("none.jsonl: can't be read");
    }
}
