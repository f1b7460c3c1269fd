package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpAnswerTest {
    @ParameterizedTest
    @CsvSource({"x, 512", "é, 256", "€, 170", "🔑, 128"})
    void cutsTheExcerptBetweenCharacters(String character, int charactersThatFit) {
        assertThat(answer(null, character.repeat(600).getBytes(UTF_8)).excerpt())
                .isEqualTo(character.repeat(charactersThatFit));
        assertThat(answer(null, ("x" + character.repeat(600)).getBytes(UTF_8)).excerpt())
                .startsWith("x" + character)
                .satisfies(excerpt -> assertThat(excerpt.getBytes(UTF_8)).hasSizeBetween(508, 512));
    }

    @Test
    void leavesAShortBodyWhole() {
        assertThat(answer(null, "overloaded".getBytes(UTF_8)).excerpt()).isEqualTo("overloaded");
        assertThat(answer(null, new byte[0]).excerpt()).isEmpty();
    }

    @Test
    void showsBytesThatAreNoTextAsReplacementCharacters() {
        assertThat(answer(null, new byte[] {(byte) 0xff, 'a', (byte) 0xc3}).excerpt())
                .isEqualTo("\uFFFDa\uFFFD");
        assertThat(answer("text/plain; charset=klingon", "a".getBytes(UTF_8)).excerpt())
                .isEqualTo("a");
    }

    @Test
    void takesTheCharacterSetFromTheContentType() throws MalformedAnswerException {
        assertThat(answer("application/json; charset=iso-8859-1", "café".getBytes(ISO_8859_1))
                        .text())
                .isEqualTo("café");
        assertThat(answer("application/json;Charset=\"latin1\"", "café".getBytes(ISO_8859_1))
                        .text())
                .isEqualTo("café");
        assertThat(answer("text/html; charset=utf-16be", "café".getBytes(UTF_16BE))
                        .text())
                .isEqualTo("café");
        assertThat(answer("text/html", "café".getBytes(UTF_8)).text()).isEqualTo("café");
        assertThat(answer(null, "café".getBytes(UTF_8)).text()).isEqualTo("café");
    }

    @Test
    void skipsAByteOrderMark() throws MalformedAnswerException {
        assertThat(answer(null, "\uFEFF{}".getBytes(UTF_8)).text()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"klingon", "???"})
    void refusesAnUnknownCharacterSet(String charset) {
        assertThatThrownBy(() ->
                        answer("text/plain; charset=" + charset, new byte[0]).text())
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("character set");
    }

    @Test
    void refusesBytesThatAreNotInTheirCharacterSet() {
        assertThatThrownBy(
                        () -> answer(null, new byte[] {'a', (byte) 0xe9, 'b'}).text())
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessage("stream did not contain valid UTF-8");
    }

    @Test
    void refusesCompression() {
        assertThatThrownBy(() -> new HttpAnswer(200, null, "gzip", new byte[0], false).text())
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("gzip");
    }

    @ParameterizedTest
    @CsvSource({"200, 200 OK", "503, 503 Service Unavailable", "302, 302 Found", "599, 599 <unknown status code>"})
    void namesTheStatusAsUsual(int status, String text) {
        assertThat(new HttpAnswer(status, null, null, new byte[0], false).statusText())
                .isEqualTo(text);
    }

    private static HttpAnswer answer(@Nullable String contentType, byte[] body) {
        return new HttpAnswer(200, contentType, null, body, false);
    }
}
