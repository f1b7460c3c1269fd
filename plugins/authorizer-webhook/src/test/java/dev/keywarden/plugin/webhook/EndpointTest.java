package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "http://auth-api:8000, auth-api, 8000, /, /bootAuth/app, http://auth-api:8000/bootAuth/app",
        "http://auth-api:8000/, auth-api, 8000, /, /bootAuth/app, http://auth-api:8000/bootAuth/app",
        "http://auth_api, auth_api, 80, /, /bootAuth/app, http://auth_api/bootAuth/app",
        "https://policy.example/v1, policy.example, 443, /v1, /v1/bootAuth/app, https://policy.example/v1/bootAuth/app",
        "HTTPS://h:8443/v1/, h, 8443, /v1/, /v1/bootAuth/app, HTTPS://h:8443/v1/bootAuth/app",
        "http://[::1]:9000/a, ::1, 9000, /a, /a/bootAuth/app, http://[::1]:9000/a/bootAuth/app",
    })
    void joinsTheQuestionToTheUrl(
            String url, String host, int port, String getPath, String postPath, String shownQuestion) {
        Endpoint endpoint = Endpoint.parse(url, Wire.R1);

        assertThat(endpoint.host()).isEqualTo(host);
        assertThat(endpoint.port()).isEqualTo(port);
        assertThat(text(endpoint.get())).startsWith("GET " + getPath + " HTTP/1.1\r\n");
        assertThat(text(endpoint.post("bootAuth/app", new byte[0]))).startsWith("POST " + postPath + " HTTP/1.1\r\n");
        assertThat(endpoint.shown("bootAuth/app")).isEqualTo(shownQuestion);
        assertThat(endpoint.shown()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h, host: h",
        "http://h:80, host: h",
        "https://h:443, host: h",
        "https://h:80, host: h:80",
        "http://[::1]:8000, host: [::1]:8000",
    })
    void namesThePortInTheHostFieldOnlyWhereItIsNotTheUsualOne(String url, String field) {
        assertThat(text(Endpoint.parse(url, Wire.R1).get())).contains("\r\n" + field + "\r\n");
    }

    @Test
    void sendsUserNameAndPasswordAsBasicAndShowsThemNowhere() {
        Endpoint endpoint = Endpoint.parse("https://kms:s%3Acr+t%C3%A9@policy.example/v1", Wire.R2);

        // base64 of "kms:s:cr+té"
        assertThat(text(endpoint.get())).contains("\r\nauthorization: Basic a21zOnM6Y3IrdMOp\r\n");
        assertThat(endpoint.shown()).isEqualTo("https://policy.example/v1");
        assertThat(endpoint.shown("bootAuth/kms")).isEqualTo("https://policy.example/v1/bootAuth/kms");
        assertThat(endpoint).hasToString("https://policy.example/v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "auth-api:8000",
                "ftp://auth-api",
                "http://",
                "http:///path",
                "http://:8000",
                "http://h:0",
                "http://h:65536",
                "http://h:123456",
                "http://h:port",
                "http://h/?token=s3cr3t",
                "http://h/#s3cr3t",
                "http://h/a b",
                "http://h/\r\nx: s3cr3t",
                "http://h\r\n",
                "http://user:s3cr3t@",
                "http://user:s3cr3t@h:0",
                "http://user:s3cr3t%zz@h",
                "http://user:s3cr3t@h@i",
                "http://[::1",
                "http://[zz]",
                "http://bücher.example",
            })
    void refusesWhatIsNoUrlOfAServiceWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> Endpoint.parse(url, Wire.R1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url ")
                .message()
                .doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8000",
                "http://127.9.9.9",
                "http://localhost:8000",
                "http://[::1]:8000",
                "https://policy.example",
            })
    void doesNotWarnOfWhatNobodyCanListenTo(String url) {
        assertThat(Endpoint.parse(url, Wire.R1).warning()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://auth-api:8000", "http://127.0.0.1.example", "http://10.0.0.1"})
    void warnsOfPlainHttpToAnotherHost(String url) {
        assertThat(Endpoint.parse(url, Wire.R1).warning()).contains(url).contains("plain HTTP");
    }

    private static String text(byte[] request) {
        return new String(request, ISO_8859_1);
    }
}
