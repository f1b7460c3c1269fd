package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the admin listener, what for, and what the pages for machines say (wire protocol, section 13). */
@Tag("blackbox")
final class AdminListenerTest {
    private static final String TOKEN = "sekret";

    /** Of {@code alice} and {@code correct horse}, at the lowest cost there is. */
    private static final String USERS = """
            # made with htpasswd -B

            alice:$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e
            """;

    @TempDir
    private static Path directory;

    private static final int PORT = Ports.free();
    private static WebhookDouble webhook;
    private static TestNode node;
    private static Path cache;

    @BeforeAll
    static void start() throws IOException {
        webhook = new WebhookDouble();
        cache = directory.resolve("cache");
        Path users = Files.writeString(directory.resolve("users"), USERS);
        TestNode.Configuration configuration = new TestNode.Configuration(directory)
                .webhook(webhook.url())
                .image("cache_dir = \"" + cache + "\"")
                .table(admin(PORT, "auth_token = \"" + TOKEN + "\"\nhtpasswd_file = \"" + users + "\""));
        Recordings.copyKeys(configuration.certDir());
        node = TestNode.start(configuration, "serving");
    }

    @AfterAll
    static void stop() {
        node.close();
        webhook.close();
    }

    private static String admin(int port, String lines) {
        return "[core.admin]\nenabled = true\naddress = \"127.0.0.1\"\nport = " + port + "\n" + lines;
    }

    @TestFactory
    Stream<DynamicTest> answersAsTheReference() {
        return Recordings.transcripts("admin-r2").stream()
                .map(file -> DynamicTest.dynamicTest(Differences.nameOf(file), () -> {
                    Transcript transcript = Transcript.of(file);
                    transcript.compare(
                            "admin-r2", RawTls.exchangePlain(PORT, transcript.request(), false), webhook.url());
                }));
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization: Bearer sekret",
        "Authorization: bearer   sekret",
        "X-Admin-Token: sekret",
        "x-admin-token:  sekret ",
    })
    void letsTheTokenIn(String header) throws IOException {
        assertThat(ask(header).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"anybody, sekret", "'', sekret", "sekret, ''", "alice, correct horse"})
    void letsBasicCredentialsIn(String user, String password) throws IOException {
        assertThat(ask(basic(user + ":" + password)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: x",
                "X-Admin-Token:",
                "X-Admin-Token: sekre",
                "X-Admin-Token: sekrets",
                "X-Admin-Token: SEKRET",
                "Authorization:",
                "Authorization: Bearer",
                "Authorization: Bearer ",
                "Authorization: Bearer wrong",
                "Authorization: sekret",
                "Authorization: Digest sekret",
                "Authorization: Basic sekret",
                "Authorization: Basic !!!!",
                "Authorization: Basic",
                "Cookie: sekret",
            })
    void refusesEverybodyElse(String header) throws IOException {
        assertRefused(ask(header));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", "alice", "alice:", "alice:wrong", "bob:correct horse", ":correct horse", "sekret:x"})
    void refusesOtherBasicCredentials(String pair) throws IOException {
        assertRefused(ask(basic(pair)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /health",
                "GET /metrics",
                "GET /nope",
                "POST /prpc/Admin.ClearImageCache?json",
                "POST /prpc/KMS.GetAppKey",
                "GET /prpc/",
                "DELETE /x",
            })
    void defect14RefusesEveryPathWithoutCredentials(String request) throws IOException {
        assertRefused(RawTls.exchangePlain(
                PORT,
                (request + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.UTF_8),
                false));
    }

    private static void assertRefused(RawTls.Response response) {
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("www-authenticate")).isEqualTo("Basic realm=\"dstack-kms admin\"");
        assertThat(response.body()).isEmpty();
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static RawTls.Response ask(String header) throws IOException {
        return clear(header, "{}");
    }

    private static RawTls.Response clear(String header, String body) throws IOException {
        return RawTls.exchangePlain(
                PORT,
                ("POST /prpc/Admin.ClearImageCache?json HTTP/1.1\r\n" + header + "\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8),
                false);
    }

    private static RawTls.Response clear(String imageHash, String configHash, int expectedStatus) throws IOException {
        RawTls.Response response = clear(
                "X-Admin-Token: " + TOKEN,
                "{\"image_hash\":\"%s\",\"config_hash\":\"%s\"}".formatted(imageHash, configHash));
        assertThat(response.status()).as(imageHash + " " + configHash).isEqualTo(expectedStatus);
        return response;
    }

    private static void fillCache() throws IOException {
        for (String image : List.of("images/00ff", "images/aa11")) {
            Files.createDirectories(cache.resolve(image).resolve("deep"));
            Files.writeString(cache.resolve(image).resolve("deep").resolve("kernel"), "x");
        }
        Files.createDirectories(cache.resolve("measurements"));
        Files.writeString(cache.resolve("measurements/beef.json"), "{}");
        Files.writeString(cache.resolve("measurements/cafe.json"), "{}");
    }

    private static List<String> cached() throws IOException {
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.walk(cache, 2)) {
            return entries.filter(entry -> entry.getNameCount() == cache.getNameCount() + 2)
                    .map(entry -> cache.relativize(entry).toString())
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    @Test
    void clearsWhatItIsToldToAndNothingElse() throws IOException {
        fillCache();
        clear("", "", 200);
        clear("0123", "0123", 200);
        assertThat(cached())
                .containsExactly("images/00ff", "images/aa11", "measurements/beef.json", "measurements/cafe.json");
        clear("00FF", "beef", 200);
        assertThat(cached()).containsExactly("images/aa11", "measurements/cafe.json");
        clear("all", "", 200);
        assertThat(cached()).containsExactly("measurements/cafe.json");
        clear("all", "all", 200);
        assertThat(cached()).isEmpty();
        clear("all", "all", 200);
    }

    /** Section 14, defect 13. */
    @ParameterizedTest
    @ValueSource(strings = {"..", "../images", "00ff/..", "/", "ALL", "00ff.json", "\\u0000", "0x00ff", " ", "00 ff"})
    void defect13RemovesNothingOutsideTheCache(String key) throws IOException {
        fillCache();
        List<String> before = cached();
        for (RawTls.Response response : List.of(clear(key, "", 400), clear("", key, 400), clear("all", key, 400))) {
            assertThat(new String(response.body(), StandardCharsets.UTF_8))
                    .contains("failed to clear image cache: invalid cache key");
        }
        assertThat(cached()).isEqualTo(before);
    }

    @Test
    void removesALinkAndNotWhatItLeadsTo() throws IOException {
        fillCache();
        Path precious = Files.createDirectories(directory.resolve("precious"));
        Files.writeString(precious.resolve("file"), "x");
        Files.createSymbolicLink(cache.resolve("images").resolve("abcd"), precious);

        clear("abcd", "", 200);
        Files.createSymbolicLink(cache.resolve("images").resolve("abcd"), precious);
        clear("all", "", 200);

        assertThat(precious.resolve("file")).exists();
        assertThat(cache.resolve("images")).doesNotExist();
    }

    @Test
    void countsWhatTheReferenceCountsAndMore() throws IOException {
        long requests = counter("dstack_kms_attestation_requests_total");
        long failures = counter("dstack_kms_attestation_failures_total");
        for (String method : List.of("GetAppKey", "KMS.GetKmsKey", "KMS.KMS.SignCert", "GetMeta", "Unknown")) {
            post(method);
        }

        assertThat(counter("dstack_kms_attestation_requests_total") - requests).isEqualTo(3);
        assertThat(counter("dstack_kms_attestation_failures_total") - failures).isEqualTo(3);
        assertThat(metrics())
                .contains("keywarden_rpc_duration_seconds_count{method=\"GetMeta\",outcome=\"answered\"}")
                .contains("keywarden_gate_decisions_total{gate=\"rpc\",outcome=\"allow\",subject=\"self\"}")
                .contains("keywarden_authorizer_duration_seconds_count{authorizer=\"webhook\",outcome=\"allow\"}")
                .doesNotContain("Unknown");
    }

    private static void post(String method) throws IOException {
        tls("POST /prpc/" + method + "?json HTTP/1.1\r\nHost: kms\r\nContent-Length: 2\r\n\r\n{}");
    }

    private static RawTls.Response tls(String request) throws IOException {
        return RawTls.exchange(
                node.port(), request.getBytes(StandardCharsets.UTF_8), null, "TLSv1.3", List.of("http/1.1"), false);
    }

    private static String metrics() throws IOException {
        return new String(tls("GET /metrics HTTP/1.1\r\nHost: kms\r\n\r\n").body(), StandardCharsets.UTF_8);
    }

    private static long counter(String name) throws IOException {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void answersProbesWithoutCredentials() throws IOException {
        RawTls.Response health = tls("GET /health HTTP/1.1\r\nHost: kms\r\n\r\n");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(new String(health.body(), StandardCharsets.UTF_8)).isEqualTo("OK");
    }

    @Test
    void servesNoMetricsIfToldNotTo(@TempDir Path other) throws IOException {
        try (TestNode silent = TestNode.start(
                new TestNode.Configuration(other)
                        .webhook(webhook.url())
                        .autoBootstrap()
                        .table("[core.metrics]\nenabled = false"),
                "serving")) {
            RawTls.Response response = RawTls.exchange(
                    silent.port(),
                    "GET /metrics HTTP/1.1\r\nHost: kms\r\n\r\n".getBytes(StandardCharsets.UTF_8),
                    null,
                    "TLSv1.3",
                    List.of("http/1.1"),
                    false);
            assertThat(response.status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|nobody could use the admin listener",
                "auth_token = \"  \"|nobody could use the admin listener",
                "htpasswd_file = \"missing\"|missing can't be read",
                "htpasswd_file = \"empty\"|empty names no user",
                "htpasswd_file = \"plain\"|plain, line 1 is not a user, a colon and a bcrypt hash",
                "htpasswd_file = \"twice\"|twice, line 2 names a user who is there already",
            })
    void doesNotStartWithoutCredentials(String lines, String problem, @TempDir Path other) throws IOException {
        String hash = USERS.lines().skip(2).findFirst().orElseThrow();
        Files.writeString(other.resolve("empty"), "# nobody\n");
        Files.writeString(other.resolve("plain"), "alice:correct horse\n");
        Files.writeString(other.resolve("twice"), hash + "\n" + hash + "\n");
        try (KeywardenProcess process = launchAdmin(other, lines, Map.of())) {
            assertThat(process.awaitEnd(Duration.ofSeconds(20))).isNotZero();
            assertThat(process.err()).contains(problem).doesNotContain("\tat ");
        }
    }

    private static KeywardenProcess launchAdmin(Path home, String lines, Map<String, String> environment) {
        Path configuration = new TestNode.Configuration(home)
                .webhook(webhook.url())
                .table(admin(Ports.free(), lines))
                .write();
        return KeywardenProcess.start(home, List.of("serve", "--config", configuration.toString()), environment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DSTACK_KMS_ADMIN_TOKEN", "ADMIN_API_TOKEN"})
    void takesTheTokenFromTheEnvironmentAndServesInBothModes(String variable, @TempDir Path other) throws IOException {
        try (KeywardenProcess process = launchAdmin(other, "", Map.of(variable, " from-outside\n"))) {
            String line = process.awaitLine(text -> text.startsWith("administrators at "), Duration.ofSeconds(30));
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            assertThat(adminHealth(port, "X-Admin-Token: from-outside")).isEqualTo(200);
            assertThat(adminHealth(port, "X-Admin-Token: else")).isEqualTo(401);
            assertThat(process.printed().toLowerCase(Locale.ROOT)).doesNotContain("from-outside");
        }
    }

    private static int adminHealth(int port, String header) throws IOException {
        return RawTls.exchangePlain(
                        port,
                        ("GET /health HTTP/1.1\r\n" + header + "\r\n\r\n").getBytes(StandardCharsets.UTF_8),
                        false)
                .status();
    }

    @Test
    void letsEverybodyInIfToldTo(@TempDir Path other) throws IOException {
        try (KeywardenProcess process = launchAdmin(other, "insecure_no_auth = true", Map.of())) {
            String line = process.awaitLine(text -> text.startsWith("administrators at "), Duration.ofSeconds(30));
            assertThat(adminHealth(Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)), "Host: x"))
                    .isEqualTo(200);
            assertThat(process.err()).contains("everybody who reaches the admin listener is an administrator");
        }
    }
}
