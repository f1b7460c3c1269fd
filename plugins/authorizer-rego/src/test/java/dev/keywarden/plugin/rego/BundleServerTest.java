package dev.keywarden.plugin.rego;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.PluginException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle server, honest and otherwise. */
final class BundleServerTest {
    private static final String ALLOWS = "allow listed";
    private static final String OTHER_APP = "22".repeat(20);
    private static final byte[] SMALL = TestBundles.bytes("small");

    private final Path scratch;
    private final FakeHttp server = new FakeHttp();

    BundleServerTest(@TempDir Path scratch) {
        this.scratch = scratch;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Rego open() {
        return Rego.open(Settings.bundle(server.url() + "/bundle.tar.gz").poll(Duration.ofMillis(100)), scratch);
    }

    private void awaitLog(Rego rego, String text) {
        Await.until(text, () -> rego.log().lines().stream().anyMatch(line -> line.contains(text)));
    }

    @Test
    void asksWithTheTagAndFollowsWhatChanges() {
        server.serving(SMALL, "\"1\"");
        try (Rego rego = open()) {
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            Await.until("a question with the tag", () -> server.tags().contains("\"1\""));
            server.serving(PolicyKeeperTest.listing(OTHER_APP, "8"), "\"2\"");
            Await.until("the new bundle", () -> rego.ask("r", OTHER_APP).equals(ALLOWS));
            Await.until("a question with the new tag", () -> server.tags().contains("\"2\""));
        }
    }

    @Test
    void keepsTheLastGoodOneOverARestartWithoutTheServer() {
        server.serving(SMALL, "\"1\"");
        open().close();
        server.doing(exchange -> FakeHttp.send(exchange, 503, "later".getBytes(UTF_8), null));
        try (Rego rego = open()) {
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            awaitLog(rego, "the server answered 503 (rego.bundle_server_failed); the one kept from before decides");
            server.serving(PolicyKeeperTest.listing(OTHER_APP, "8"), "\"2\"");
            Await.until("the server is back", () -> rego.ask("r", OTHER_APP).equals(ALLOWS));
        }
    }

    @Test
    void asksWithTheKeptTagAfterARestart() {
        server.serving(SMALL, "\"1\"");
        open().close();
        server.tags().clear();
        try (Rego rego = open()) {
            assertThat(rego.ask()).isEqualTo(ALLOWS);
            assertThat(server.tags().getFirst()).isEqualTo("\"1\"");
        }
    }

    @Test
    void doesNotUseAKeptBundleThatWasChanged() throws Exception {
        server.serving(SMALL, "\"1\"");
        open().close();
        try (Stream<Path> files = Files.list(scratch)) {
            Path kept = files.filter(file -> file.getFileName().toString().startsWith("bundle-"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(kept);
            bytes[bytes.length - 6] ^= 1;
            Files.write(kept, bytes);
        }
        server.doing(exchange -> FakeHttp.send(exchange, 503, new byte[0], null));
        try (Rego rego = open()) {
            assertThat(rego.ask())
                    .isEqualTo("the bundle could not be fetched: the server answered 503 (rego.bundle_server_failed)");
            awaitLog(rego, "it is not used");
        }
    }

    @Test
    void staysWithTheOldOneWhileTheServerTalksNonsense() {
        server.serving(SMALL, "\"1\"");
        try (Rego rego = open()) {
            server.doing(exchange -> FakeHttp.send(exchange, 200, "<html>".getBytes(UTF_8), "\"html\""));
            awaitLog(rego, "(rego.bundle_not_gzip); the one before it stays in force");
            server.doing(exchange -> FakeHttp.send(exchange, 200, TestBundles.bytes("clock"), "\"clock\""));
            awaitLog(rego, "(rego.policy_not_deterministic); the one before it stays in force");
            server.doing(exchange -> FakeHttp.send(exchange, 302, new byte[0], null));
            awaitLog(rego, "the server answered 302 (rego.bundle_server_failed); the one before it stays in force");
            server.doing(exchange -> FakeHttp.send(exchange, 200, new byte[33 << 20], null));
            awaitLog(rego, "longer than 33554432 bytes");
            server.doing(exchange -> exchange.sendResponseHeaders(200, 1000));
            awaitLog(rego, "could not be fetched");
            assertThat(rego.ask()).isEqualTo(ALLOWS);
        }
    }

    /** A tag is a hint: what comes under an old one is looked at, and what did not change under a new one is no news. */
    @Test
    void isNotFooledByTags() {
        server.serving(SMALL, "\"1\"");
        try (Rego rego = open()) {
            server.doing(exchange -> FakeHttp.send(exchange, 200, SMALL, "\"" + System.nanoTime() + "\""));
            server.tags().clear();
            Await.until("some questions", () -> server.tags().size() > 3);
            assertThat(rego.log().lines())
                    .filteredOn(line -> line.contains("decides now"))
                    .hasSize(1);
            // The same tag for something else.
            server.doing(exchange -> FakeHttp.send(exchange, 200, PolicyKeeperTest.listing(OTHER_APP, "8"), "\"1\""));
            Await.until("the other content", () -> rego.ask("r", OTHER_APP).equals(ALLOWS));
            // Nothing new, says the server for ever; the question without a tag finds out.
            byte[] next = PolicyKeeperTest.listing(Rego.LISTED_APP, "9");
            server.doing(exchange -> {
                if (exchange.getRequestHeaders().containsKey("If-None-Match")) {
                    exchange.sendResponseHeaders(304, -1);
                } else {
                    FakeHttp.send(exchange, 200, next, "\"1\"");
                }
            });
            Await.until("the truth", () -> rego.ask().equals(ALLOWS));
        }
    }

    @Test
    void deniesUntilTheServerIsThere() {
        int port = server.port();
        server.close();
        try (Rego rego =
                Rego.open(Settings.bundle("http://127.0.0.1:" + port + "/b").poll(Duration.ofMillis(100)), scratch)) {
            assertThat(rego.ask())
                    .isEqualTo("the bundle could not be fetched: no connection (rego.bundle_server_failed)");
            try (FakeHttp late = new FakeHttp(port).serving(SMALL, "\"1\"")) {
                Await.until("the server", () -> rego.ask().equals(ALLOWS));
                assertThat(late.tags()).isNotEmpty();
            }
        }
    }

    @Test
    void showsTheTokenThatTheFileHoldsNow() throws Exception {
        server.doing(exchange -> {
            boolean known = "Bearer s3cret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            FakeHttp.send(exchange, known ? 200 : 401, known ? SMALL : new byte[0], "\"1\"");
        });
        Path token = Files.writeString(scratch.resolve("token"), "bad\n");
        Settings settings = Settings.bundle(server.url()).tokenFile(token).poll(Duration.ofMillis(100));
        try (Rego rego = Rego.open(settings, scratch)) {
            assertThat(rego.ask()).endsWith("the server answered 401 (rego.bundle_server_failed)");
            Files.writeString(token, "two words");
            awaitLog(rego, "the token file token holds no token (rego.bundle_server_failed)");
            Files.writeString(token, "s3cret\n");
            Await.until("the bundle", () -> rego.ask().equals(ALLOWS));
            assertThat(rego.log().lines()).noneMatch(line -> line.contains("two words") || line.contains("s3cret"));
        }
    }

    @Test
    void trustsTheNamedCertificateOnly() throws Exception {
        TlsIdentity identity = TlsIdentity.make(Files.createDirectory(scratch.resolve("tls")));
        try (FakeHttp secure = new FakeHttp(0, identity.context()).serving(SMALL, "\"1\"")) {
            Settings settings = Settings.bundle(secure.url()).poll(Duration.ofMillis(100));
            try (Rego rego = Rego.open(settings, Files.createDirectory(scratch.resolve("jdk")))) {
                assertThat(rego.ask()).contains("PKIX path").endsWith("(rego.bundle_server_failed)");
            }
            try (Rego rego = Rego.open(settings.caFile(identity.certificate()), scratch)) {
                assertThat(rego.ask()).isEqualTo(ALLOWS);
            }
            TlsIdentity other = TlsIdentity.make(Files.createDirectory(scratch.resolve("other")));
            Path anew = Files.createDirectory(scratch.resolve("anew"));
            try (Rego rego = Rego.open(settings.caFile(other.certificate()), anew)) {
                assertThat(rego.ask()).contains("PKIX path").endsWith("(rego.bundle_server_failed)");
            }
        }
        Path broken = Files.writeString(scratch.resolve("broken.pem"), "no certificate");
        assertThatThrownBy(() -> Rego.open(Settings.bundle("https://localhost/").caFile(broken), scratch))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("[core.authorization.rego] ca_file " + broken);
    }

    @Test
    void remembersTheHighestRevisionOfSignedBundlesOverARestart() throws Exception {
        Path key = Path.of("src/test/resources/bundles/signed-es256.pem");
        Settings settings = Settings.bundle(server.url()).requireSignature().key("release", "ES256", key, "node");
        server.serving(TestBundles.bytes("signed-es256"), "\"1\"");
        try (Rego rego = Rego.open(settings, scratch)) {
            assertThat(rego.ask()).isEqualTo(ALLOWS);
        }
        assertThat(scratch.resolve("highest-revision")).hasContent("7");
        Files.writeString(scratch.resolve("highest-revision"), "8");
        try (Rego rego = Rego.open(settings, scratch)) {
            assertThat(rego.ask()).contains("\"8\" decided already").endsWith("(rego.bundle_rolled_back)");
        }
        server.serving(SMALL, "\"unsigned\"");
        try (Rego rego = Rego.open(settings, Files.createDirectory(scratch.resolve("new")))) {
            assertThat(rego.ask()).endsWith("(rego.bundle_unsigned)");
        }
    }
}
