package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be done to the plugin folder of a running node by mistake or on purpose: who decides stays who decided. */
@Tag("blackbox")
final class PluginFolderTest {
    private static final Duration NOTICED = Duration.ofSeconds(10);
    private static final Duration PROMISED = Duration.ofSeconds(2);
    private static final String WEBHOOK = "keywarden-authorizer-webhook.jar";
    private static final String ALLOWLIST = "keywarden-authorizer-allowlist.jar";

    @TempDir
    private Path home;

    private Path plugins;
    private WebhookDouble webhook;
    private ChangingNode node;

    @BeforeEach
    void aNodeWithAnAllowlist() throws IOException {
        webhook = new WebhookDouble();
        node = ChangingNode.allowingNobody(home, webhook);
        plugins = home.resolve("plugins");
    }

    @AfterEach
    void stop() {
        node.close();
        webhook.close();
    }

    /** The allowlist is empty, so that whoever else decided would be noticed. */
    private void assertTheAllowlistStillDecides() throws IOException {
        assertThatThrownBy(node::takeKeys).hasMessageContaining("KMS is not allowed: ");
        assertThat(node.current()).isEqualTo(1);
        assertThat(node.record().get("generation").asInt()).isEqualTo(1);
    }

    private void awaitProblem(Duration limit, String... words) {
        node.await(String.join(" ", words), limit, () -> node.lastProblems().stream()
                .anyMatch(problem -> contains(problem, words)));
        node.await("the same in the log", limit, () -> contains(node.process().err(), words));
    }

    private static boolean contains(String text, String... words) {
        return Arrays.stream(words).allMatch(text::contains);
    }

    private double refusals() {
        return node.metrics()
                .lines()
                .filter(line -> line.startsWith("keywarden_plugins_changes_total{outcome=\"failed\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** In the log, the metrics and the admin API within two seconds, and in the list when it is asked for. */
    @Test
    void reportsAJarThatNobodyVouchesForAndChangesNothing() throws Exception {
        Path strange = ChangingNode.install(home, "authorizer-webhook");
        Jars.manifest(strange, "Plugin-Version", "6.6.6");
        assertThat(refusals()).isZero();
        Files.move(strange, plugins.resolve(WEBHOOK));
        long dropped = System.nanoTime();
        awaitProblem(PROMISED, WEBHOOK + ": the archive is not pinned, so it could be anyone's");
        node.await("the counter", PROMISED, () -> refusals() == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - dropped)).isLessThan(PROMISED);

        KeywardenProcess list = KeywardenProcess.run(
                home, "plugins", "list", "--config", home.resolve("kms.toml").toString());
        assertThat(list.exitCode()).isEqualTo(1);
        assertThat(list.out()).containsPattern("webhook +6\\.6\\.6 .* not pinned");
        assertTheAllowlistStillDecides();
    }

    @Test
    void refusesTheSamePluginUnderTwoNamesAndTwoVersionsAtOnce() throws Exception {
        Files.copy(plugins.resolve(ALLOWLIST), plugins.resolve("once-more.jar"));
        awaitProblem(NOTICED, "once-more.jar: ", ALLOWLIST + " has the id allowlist too. Remove one of them");
        Jars.manifest(plugins.resolve("once-more.jar"), "Plugin-Version", "6.6.6");
        awaitProblem(NOTICED, "once-more.jar: the archive is not pinned");
        assertThat(node.lastProblems()).anyMatch(problem -> problem.contains("has the id allowlist too"));
        assertTheAllowlistStillDecides();
    }

    @Test
    void refusesALinkOutOfTheFolder() throws Exception {
        Path outside = ChangingNode.install(home, "authorizer-webhook");
        Files.createSymbolicLink(plugins.resolve(WEBHOOK), outside);
        awaitProblem(NOTICED, WEBHOOK + ": this is a symbolic link out of the plugin folder, to " + outside);
        node.rewrite("chain = [\"allowlist\"]", "chain = [\"webhook\"]");
        node.await(
                "the refusal of the link, once named",
                NOTICED,
                () -> node.generations().get("attempts").size() == 3);
        awaitProblem(NOTICED, "symbolic link");
        assertTheAllowlistStillDecides();

        Files.delete(plugins.resolve(WEBHOOK));
        Files.copy(outside, plugins.resolve(WEBHOOK));
        node.await("the copy in its place", NOTICED, () -> node.current() > 1);
        node.takeKeys();
    }

    /** What is still being written is waited for, however often it begins anew; nobody is told of half an archive. */
    @Test
    void waitsForAnArchiveThatIsReplacedHalfwayThroughWriting() throws Exception {
        byte[] whole = Files.readAllBytes(ChangingNode.PLUGINS.resolve(WEBHOOK));
        Path target = plugins.resolve(WEBHOOK);
        writeSlowly(target, Arrays.copyOf(whole, whole.length / 2));
        Path other = Files.write(home.resolve("other.jar"), Arrays.copyOf(whole, whole.length / 3));
        Files.move(other, target, StandardCopyOption.ATOMIC_MOVE);
        writeSlowly(target, whole);
        node.await("the whole archive", NOTICED, () -> node.current() == 2);
        assertThat(node.generations().get("attempts").valueStream())
                .as("attempts to read half an archive")
                .allMatch(attempt -> attempt.get("problems").isEmpty());
        node.rewrite("chain = [\"allowlist\"]", "chain = [\"webhook\"]");
        node.await("the webhook", NOTICED, () -> node.current() == 3);
        node.takeKeys();
    }

    /** In pieces, each sooner after the one before than the node takes a file to be finished. */
    private static void writeSlowly(Path file, byte[] content) throws IOException, InterruptedException {
        int pieces = 8;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int piece = 0; piece < pieces; piece++) {
                int from = content.length * piece / pieces;
                out.write(content, from, content.length * (piece + 1) / pieces - from);
                out.flush();
                Thread.sleep(Duration.ofMillis(100));
            }
        }
    }

    /** Whoever stops in the middle is told that the archive is broken, and heals it by going on. */
    @Test
    void reportsAnArchiveThatStaysHalf() throws Exception {
        byte[] whole = Files.readAllBytes(ChangingNode.PLUGINS.resolve(WEBHOOK));
        Files.write(plugins.resolve(WEBHOOK), Arrays.copyOf(whole, whole.length / 2));
        awaitProblem(NOTICED, WEBHOOK + ": the archive is truncated or broken", "Copy it again");
        assertTheAllowlistStillDecides();
        Files.write(plugins.resolve(WEBHOOK), whole);
        node.await("the whole archive", NOTICED, () -> node.current() == 2);
    }
}
