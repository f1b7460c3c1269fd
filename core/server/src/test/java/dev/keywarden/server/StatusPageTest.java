package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusPageTest {
    @Test
    void answersJsonAsTheReferenceDoes() {
        Answer answer = StatusPage.NOT_FOUND.answer("application/json");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\n  \"error\": {\n    \"code\": 404,\n    \"reason\": \"Not Found\",\n"
                        + "    \"description\": \"The requested resource could not be found.\"\n  }\n}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "APPLICATION/JSON",
                "text/html;q=0.5, application/json;q=0.6",
                "*/*, application/json",
                "application/*, application/json",
                "text/html;q=x, application/json;q=0.001",
            })
    void answersJsonToWhoPrefersIt(String accept) {
        assertThat(StatusPage.NOT_FOUND.answer(accept).contentType()).isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "text/html",
                "text/html, application/json",
                "application/json;q=0.5, text/html;q=0.6",
                "application/json;q=0.5, */*",
                "text/json",
                ",;,=,;q=",
            })
    void answersHtmlToEveryoneElse(String accept) {
        Answer answer = StatusPage.UNPROCESSABLE.answer(accept);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.contentType()).isEqualTo("text/html; charset=utf-8");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("422 Unprocessable Entity");
    }
}
