package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that a release key vouches for: made, signed, dropped, and refused, by the command line and a running node. */
@Tag("blackbox")
final class SignedPluginsTest {
    private static final Duration NOTICED = Duration.ofSeconds(10);
    private static final String ARCHIVE = "keywarden-authorizer-allowlist.jar";

    @TempDir
    private Path home;

    private Path plugins;
    private Path work;
    private JsonNode release;

    @BeforeEach
    void aReleaseKeyAndAFolder() throws IOException {
        plugins = Files.createDirectory(home.resolve("plugins"));
        work = Files.createDirectory(home.resolve("work"));
        ChangingNode.install(plugins, "attestation-mock");
        release = key("release");
    }

    private JsonNode key(String name) {
        return json("plugins", "keygen", name + ".key", "--name", name, "--json");
    }

    private JsonNode json(String... arguments) {
        KeywardenProcess process = KeywardenProcess.run(work, arguments);
        assertThat(process.exitCode()).as(process.printed()).isZero();
        return Recordings.json(process.out());
    }

    private KeywardenProcess refused(String... arguments) {
        KeywardenProcess process = KeywardenProcess.run(work, arguments);
        assertThat(process.exitCode()).as(process.printed()).isEqualTo(1);
        return process;
    }

    /** A version of the allowlist that the distribution does not know, beside the folder. */
    private Path version(String version) throws IOException {
        Path jar = ChangingNode.install(Files.createDirectories(work.resolve(version)), "authorizer-allowlist");
        Jars.manifest(jar, "Plugin-Version", version);
        return jar;
    }

    private void sign(Path jar, String key) {
        json(
                "plugins",
                "sign",
                jar.toString(),
                "--key",
                key + ".key",
                "--role",
                "authorizer",
                "--days",
                "30",
                "--json");
    }

    /** The signature first, so that the archive is never without. */
    private void drop(Path jar) throws IOException {
        for (String suffix : List.of(".sig", "")) {
            Path part = jar.resolveSibling(jar.getFileName() + suffix);
            Path staged = Files.copy(part, plugins.resolve("staged"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(staged, plugins.resolve(ARCHIVE + suffix), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private String trusting(JsonNode... keys) {
        StringBuilder lines = new StringBuilder("trust = \"signed\"\nrevoked = []\n");
        for (JsonNode key : keys) {
            lines.append("[core.plugins.keys.%s]\nkey = \"%s\"\n"
                    .formatted(key.get("name").asText(), key.get("key").asText()));
        }
        return lines.toString();
    }

    private ChangingNode start(String pluginLines) throws IOException {
        Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
        return ChangingNode.start(home, new TestNode.Configuration(home).allowlist(list), pluginLines);
    }

    @Test
    void decidesByWhatAReleaseKeySignedAndFollowsItsUpdates() throws Exception {
        Path first = version("1.0.0");
        sign(first, "release");
        drop(first);
        try (ChangingNode node = start(trusting(release))) {
            String config = home.resolve("kms.toml").toString();
            JsonNode digest = json("plugins", "digest", "--config", config, "--json");
            assertThat(generation(node).get("plugin_set")).isEqualTo(digest.get("plugin_set"));
            assertThat(KeywardenProcess.run(work, "plugins", "list", "--config", config)
                            .out())
                    .contains("signed by release as authorizer until ");

            Path second = version("1.1.0");
            sign(second, "release");
            drop(second);
            node.await("the update", NOTICED, () -> node.current() == 2);
            assertThat(generation(node).get("plugin_set")).isNotEqualTo(digest.get("plugin_set"));

            drop(first);
            awaitProblem(node, "version 1.0.0 is older than 1.1.0, which this node ran");
            assertThat(node.current()).isEqualTo(2);
            drop(second);

            assertThat(node.admin("Rollback").get("number").asInt()).isEqualTo(3);
            node.rewrite("revoked = []", "revoked = [\"" + release.get("id").asText() + "\"]");
            awaitProblem(node, "the signature of release is by a revoked key");
            assertThat(node.current()).isEqualTo(3);
        }
        try (KeywardenProcess again = KeywardenProcess.start(
                home, List.of("serve", "--config", home.resolve("kms.toml").toString()))) {
            assertThat(again.awaitEnd(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(again.err()).contains("is by a revoked key");
        }
    }

    private static JsonNode generation(ChangingNode node) {
        return node.generations().get("attempts").get(0);
    }

    private static void awaitProblem(ChangingNode node, String sentence) {
        node.await(
                sentence, NOTICED, () -> node.lastProblems().stream().anyMatch(problem -> problem.contains(sentence)));
        assertThat(node.process().err()).contains(sentence);
    }

    /** Somebody who may write the folder swaps archives as fast as they can: only what was signed ever decides. */
    @Test
    void neverDecidesByAnArchiveThatIsSwappedWhileItIsChecked() throws Exception {
        Path sound = version("1.0.0");
        sign(sound, "release");
        drop(sound);
        Path strange = version("1.0.1");
        Files.copy(sound.resolveSibling(ARCHIVE + ".sig"), strange.resolveSibling(ARCHIVE + ".sig"));
        try (ChangingNode node = start(trusting(release) + "\n")) {
            String set = generation(node).get("plugin_set").asText();
            AtomicBoolean swapping = new AtomicBoolean(true);
            List<IOException> failures = new ArrayList<>();
            Thread swapper = Thread.ofPlatform().start(() -> {
                try {
                    while (swapping.get()) {
                        drop(strange);
                        drop(sound);
                    }
                } catch (IOException e) {
                    failures.add(e);
                }
            });
            int changed = 0;
            int refusals = 0;
            try {
                for (int reload = 0; reload < 40; reload++) {
                    try {
                        assertThat(node.admin("Reload").get("plugin_set").asText())
                                .isEqualTo(set);
                        changed++;
                    } catch (AssertionError e) {
                        assertThat(e.getMessage())
                                .contains("The plugins stay as they are: ", "keywarden-authorizer-allowlist.jar");
                        refusals++;
                    }
                }
            } finally {
                swapping.set(false);
                swapper.join();
            }
            assertThat(failures).isEmpty();
            assertThat(changed + refusals).isEqualTo(40);
            assertThat(refusals).as("the strange one was there at times").isPositive();
            assertThatThrownBy(node::takeKeys).hasMessageContaining("KMS is not allowed: ");
            assertThat(node.record().at("/answers/0/authorizer").asText()).isEqualTo("allowlist");
        }
    }

    @Test
    void saysWhatSignaturesAreWorth() throws Exception {
        Path jar = version("1.0.0");
        JsonNode other = key("other");
        String known = "release=" + release.get("key").asText();
        String also = "other=" + other.get("key").asText();
        assertThat(refused("plugins", "verify", jar.toString(), "--key", known).err())
                .contains("is not signed");
        sign(jar, "release");
        assertThat(json("plugins", "verify", jar.toString(), "--key", known, "--json")
                        .get("counts")
                        .asBoolean())
                .isTrue();
        assertThat(refused("plugins", "verify", jar.toString(), "--key", also).printed())
                .contains("is by an unknown key", "keywarden: ");
        assertThat(refused("plugins", "verify", jar.toString(), "--key", known, "--role", "attestation")
                        .err())
                .contains("count for its use as attestation");
        assertThat(refused("plugins", "verify", jar.toString(), "--key", known, "--key", also, "--threshold", "2")
                        .err())
                .contains("the signatures of 1 keys count");
        sign(jar, "other");
        assertThat(KeywardenProcess.run(
                                work,
                                "plugins",
                                "verify",
                                jar.toString(),
                                "--key",
                                known,
                                "--key",
                                also,
                                "--threshold",
                                "2")
                        .exitCode())
                .isZero();
        Jars.manifest(jar, "Plugin-Version", "1.0.1");
        assertThat(refused("plugins", "verify", jar.toString(), "--key", known).out())
                .contains("is over other bytes");
        assertThat(refused("plugins", "verify", jar.toString()).err()).contains("--config", "--key");
    }

    @Test
    void keepsKeysForTheirOwnerAndNeverOverwritesOne() throws IOException {
        Path file = work.resolve("release.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String secret = Files.readString(file);
        assertThat(refused("plugins", "keygen", "release.key").err()).contains("is there already");
        assertThat(Files.readString(file)).isEqualTo(secret);
        Path jar = version("1.0.0");
        Files.writeString(work.resolve("broken.key"), secret.replace("MC", "XX"));
        assertThat(refused("plugins", "sign", jar.toString(), "--key", "broken.key", "--role", "authorizer")
                        .err())
                .contains("broken.key: this is no Ed25519 key")
                .doesNotContain("\tat ");
        assertThat(refused("plugins", "sign", jar.toString(), "--key", "release.key", "--role", "boss")
                        .err())
                .contains("--role must be authorizer or attestation, not boss");
    }

    @Test
    void refusesAConfigurationInWhichNobodysSignatureCounts() throws IOException {
        Path list = Files.writeString(home.resolve("allowlist.json"), "{}");
        Path config = new TestNode.Configuration(home)
                .allowlist(list)
                .table("[core.plugins]\ntrust = \"signed\"\nthreshold = 2\nrevoked = [\"x\"]\n"
                        + "[core.plugins.keys.a]\nkey = \"00\"\n[core.plugins.keys.b]\nkey = \""
                        + "00".repeat(32) + "\"\nexpires = \"soon\"")
                .write();
        KeywardenProcess process = refused("plugins", "digest", "--config", config.toString());
        assertThat(process.err())
                .contains("core.plugins.keys.a: key must be 64 hex digits", "core.plugins.keys.b: expires");
        Files.writeString(
                config,
                Files.readString(config).replaceAll("(?s)\\[core.plugins.keys.a].*", "")
                        + "[core.plugins.keys.a]\nkey = \"" + release.get("key").asText() + "\"\n");
        assertThat(refused("plugins", "digest", "--config", config.toString()).err())
                .contains(
                        "needs 2 different keys in [core.plugins.keys], which has 1", "core.plugins.revoked has \"x\"");
    }
}
