package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A person sets up two nodes with nothing but the command line. */
@Tag("blackbox")
final class ClientCommandsTest {
    @TempDir
    private Path home;

    private KeywardenProcess run(String... arguments) {
        return KeywardenProcess.run(home, arguments);
    }

    private static String onboardingUrl(GatedNode node) {
        return node.url().replace("https://", "http://");
    }

    @Test
    void setsUpTwoNodes() {
        try (GatedNode first = GatedNode.start(home.resolve("a"), "a1", "quote_enabled = true");
                GatedNode second = GatedNode.start(home.resolve("b"), "b1", "quote_enabled = true")) {
            JsonNode info = Recordings.json(
                    run("attest-info", "--url", onboardingUrl(first), "--json").out());
            assertThat(info.get("mr_aggregated").asText()).isEqualTo(first.measurement());
            assertThat(run("attest-info", "--url", onboardingUrl(first)).out())
                    .contains("mr_aggregated", "device_id", "os_image_hash");

            KeywardenProcess denied = run("bootstrap", "--url", onboardingUrl(first), "--domain", "localhost");
            assertThat(denied.exitCode()).isEqualTo(1);
            assertThat(denied.err())
                    .isEqualTo("keywarden: refused: KMS is not allowed to bootstrap: Boot denied: aggregated MR not"
                            + " allowed");

            String one = first.measurement();
            String two = second.measurement();
            first.allow(one, two);
            second.allow(one, two);
            KeywardenProcess made =
                    run("bootstrap", "--url", onboardingUrl(first), "--domain", "localhost", "--finish", "--json");
            assertThat(made.exitCode()).as(made.printed()).isZero();
            first.awaitServing();

            KeywardenProcess taken = run(
                    "onboard",
                    "--url",
                    onboardingUrl(second),
                    "--source",
                    first.url(),
                    "--domain",
                    "localhost",
                    "--finish",
                    "--json");
            assertThat(taken.exitCode()).as(taken.printed()).isZero();
            second.awaitServing();
            String publicKey = Recordings.json(made.out()).get("k256_pubkey").asText();
            assertThat(Recordings.json(taken.out()).get("k256_pubkey").asText()).isEqualTo(publicKey);

            JsonNode meta =
                    Recordings.json(run("meta", "--url", second.url(), "--json").out());
            assertThat(meta.get("k256_pubkey").asText()).isEqualTo(publicKey);
            assertThat(run("meta", "--url", second.url()).out()).contains("Dstack KMS CA", "BEGIN CERTIFICATE");
        }
    }

    @Test
    void saysWhatIsWrongInOneLine() {
        KeywardenProcess nowhere = run("attest-info", "--url", "http://127.0.0.1:1");
        assertThat(nowhere.exitCode()).isEqualTo(1);
        assertThat(nowhere.err())
                .startsWith("keywarden: Failed to send request: http://127.0.0.1:1/")
                .hasLineCount(1);
        KeywardenProcess noAddress = run("bootstrap", "--url", "localhost:8000", "--domain", "localhost");
        assertThat(noAddress.exitCode()).isEqualTo(1);
        assertThat(noAddress.err()).isEqualTo("keywarden: localhost:8000 is not an address like http://host:8000");
        assertThat(run("onboard", "--url", "http://127.0.0.1:1").exitCode()).isEqualTo(2);
        assertThat(run("meta", "--url", "https://127.0.0.1:1").exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dev",
                "serve",
                "get-app-key",
                "sign-cert",
                "bootstrap",
                "onboard",
                "attest-info",
                "meta",
                "conformance",
                "plugins",
                "plugins list",
                "plugins pin",
                "version"
            })
    void everyCommandExplainsItself(String command) {
        KeywardenProcess help = run((command + " --help").strip().split(" ", -1));
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).startsWith("Usage: keywarden " + command.strip()).contains("-h, --help");
        assertThat(help.err()).isEmpty();
    }
}
