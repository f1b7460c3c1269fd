package dev.keywarden.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.server.KeywardenServer;
import dev.keywarden.server.Listener;
import dev.keywarden.server.ServerLimits;
import dev.keywarden.server.Site;
import dev.keywarden.server.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnboardPageTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]*)\"|from \"([^\"]*)\"");

    private final HttpClient browser = HttpClient.newHttpClient();
    private final KeywardenServer server =
            KeywardenServer.start(ServerLimits.defaults(), InstantSource.system(), TlsProvider.JDK);
    private URI origin = URI.create("http://localhost");

    @BeforeAll
    void serve() throws IOException {
        Listener listener = server.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                OnboardPage.addTo(Site.builder()).build());
        origin = URI.create("http://127.0.0.1:" + listener.address().getPort());
    }

    @AfterAll
    void stop() {
        browser.close();
        server.close();
    }

    private HttpResponse<String> ask(String verb, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(origin.resolve(path))
                .method(verb, HttpRequest.BodyPublishers.noBody())
                .build();
        return browser.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> response, String name) {
        return String.join(" | ", response.headers().allValues(name));
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8, <!DOCTYPE html>",
        "/onboarding/page.css, text/css; charset=utf-8, /* The onboarding page.",
        "/onboarding/page.js, text/javascript; charset=utf-8, // The onboarding page:",
        "/onboarding/advice.js, text/javascript; charset=utf-8, // What a node's refusal means",
        "/onboarding/icon.svg, image/svg+xml, <svg",
    })
    void servesThePageAndItsParts(String path, String contentType, String beginning) throws Exception {
        HttpResponse<String> response = ask("GET", path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo(contentType);
        assertThat(response.body()).startsWith(beginning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/onboarding/page.js", "/not-there"})
    void everyAnswerForbidsWhatIsNotFromThisNode(String path) throws Exception {
        HttpResponse<String> response = ask("GET", path);
        assertThat(header(response, "content-security-policy").split("; ", -1))
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "img-src 'self'",
                        "connect-src 'self'",
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'")
                .noneMatch(directive -> directive.contains("unsafe") || directive.contains("*"));
        assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(response, "referrer-policy")).isEqualTo("no-referrer");
        assertThat(header(response, "cache-control")).isEqualTo("no-store");
    }

    @Test
    void headHasTheHeadersAndNoBody() throws Exception {
        HttpResponse<String> get = ask("GET", "/");
        HttpResponse<String> head = ask("HEAD", "/");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "content-length")).isEqualTo(header(get, "content-length"));
        assertThat(header(head, "content-security-policy")).isEqualTo(header(get, "content-security-policy"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /onboarding",
        "GET, /onboarding/",
        "GET, /onboarding/page.html",
        "GET, /onboarding/../page.css",
        "GET, /onboarding/%2e%2e/%2e%2e/OnboardPage.class",
        "POST, /",
        "DELETE, /onboarding/page.js",
    })
    void nothingElseIsThere(String verb, String path) throws Exception {
        assertThat(ask(verb, path).statusCode()).isEqualTo(404);
    }

    @Test
    void isNotAtTheServiceOfOtherPages() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(origin)
                .header("Origin", "http://evil.example")
                .build();
        HttpResponse<String> response = browser.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(header(response, "content-security-policy")).isNotEmpty();
    }

    @Test
    void loadsNothingFromElsewhere() throws Exception {
        List<String> references = REFERENCE
                .matcher(ask("GET", "/").body()
                        + ask("GET", "/onboarding/page.js").body())
                .results()
                .map(OnboardPageTest::reference)
                .distinct()
                .toList();
        assertThat(references)
                .containsExactlyInAnyOrder(
                        "onboarding/icon.svg", "onboarding/page.css", "onboarding/page.js", "./advice.js");
    }

    private static String reference(MatchResult match) {
        return match.group(1) == null ? match.group(2) : match.group(1);
    }
}
