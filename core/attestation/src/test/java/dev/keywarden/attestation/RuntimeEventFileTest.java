package dev.keywarden.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeEventFileTest {
    @Test
    void readsOneEventALine() {
        List<RuntimeEvent> events = parse("""
                {"event":"system-preparing","payload":""}

                {"event":"app-id","payload":"3q2+7w==","version":2,"note":[1]}
                """);

        assertThat(events)
                .containsExactly(
                        new RuntimeEvent("system-preparing", Bytes.EMPTY),
                        new RuntimeEvent("app-id", Bytes.fromHex("deadbeef"), 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"event\":\"a\"}",
                "{\"payload\":\"\"}",
                "{\"event\":\"a\",\"payload\":\"%%\"}",
                "{\"event\":\"a\",\"payload\":\"\"",
                "{\"event\":\"a\",\"payload\":\"\"}{}",
                "{\"event\":\"a\",\"event\":\"b\",\"payload\":\"\"}",
                "{\"event\":\"a\",\"payload\":\"\",\"version\":\"x\"}",
                "{\"event\":\"a\",\"payload\":\"\",\"version\":3}"
            })
    void refusesWhatIsNoEvent(String line) {
        assertThatThrownBy(() -> parse("{\"event\":\"a\",\"payload\":\"\"}\n" + line))
                .isInstanceOf(EnvelopeException.class);
    }

    @Test
    void namesTheLine() {
        assertThatThrownBy(() -> parse("{\"event\":\"a\",\"payload\":\"\"}\nx")).hasMessageContaining("line 2");
    }

    private static List<RuntimeEvent> parse(String text) {
        return RuntimeEventFile.parse(Bytes.of(text.getBytes(UTF_8)));
    }
}
