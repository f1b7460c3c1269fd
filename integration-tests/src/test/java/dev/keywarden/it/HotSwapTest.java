package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator changes who decides on a running node (design, section 7). */
@Tag("blackbox")
final class HotSwapTest {
    /** What an operator may have to wait: for the next look at the folder, and the one after it. */
    private static final Duration NOTICED = Duration.ofSeconds(10);

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

    @Test
    void decidesTheNextRequestByAJarThatWasDroppedAndALineThatWasChanged() throws IOException {
        assertThatThrownBy(this::takeKeys).hasMessageContaining("KMS is not allowed: ");
        install("authorizer-webhook");
        chain("allowlist", "webhook");
        awaitGeneration(2);
        takeKeys();
        assertThat(record().get("generation").asInt()).isEqualTo(2);
        assertThat(record().at("/answers/0/authorizer").asText()).isEqualTo("webhook");

        assertThat(node.admin("Rollback").get("chain").get(0).asText()).isEqualTo("allowlist");
        assertThatThrownBy(this::takeKeys).hasMessageContaining("KMS is not allowed: ");
    }

    @Test
    void readsTheConfigurationAgainAtSighup() throws Exception {
        install("authorizer-webhook");
        chain("allowlist", "webhook");
        assertThat(new ProcessBuilder(
                                "kill", "-HUP", Long.toString(node.process().pid()))
                        .start()
                        .waitFor())
                .isZero();
        awaitGeneration(2);
        takeKeys();
    }

    /** Whatever is dropped or written, the plugins that decide go on, and the operator is told why within two seconds. */
    @Test
    void goesOnAsItWasWhenTheNewIsNotSound() throws IOException {
        Path jar = ChangingNode.PLUGINS.resolve("keywarden-authorizer-webhook.jar");
        byte[] changed = Files.readAllBytes(jar);
        byte[] strange = Arrays.copyOf(changed, changed.length + 1);
        Files.write(plugins.resolve("stranger.jar"), strange);
        awaitWarning("stranger.jar");
        assertThat(generations().get("current").asInt()).isEqualTo(1);

        Files.write(plugins.resolve("stranger.jar"), "PK not really".getBytes(StandardCharsets.UTF_8));
        awaitWarning("stranger.jar: ");
        Files.delete(plugins.resolve("stranger.jar"));

        chain("allowlist", "nobody");
        awaitWarning("nobody");
        chain("nobody", "allowlist");

        Files.delete(plugins.resolve("keywarden-authorizer-allowlist.jar"));
        awaitWarning("no archive has the plugin \"allowlist\"");
        assertThatThrownBy(this::takeKeys).hasMessageContaining("KMS is not allowed: ");
        assertThat(record().get("generation").asInt()).isEqualTo(1);
        assertThatThrownBy(() -> node.admin("Reload")).hasMessageContaining("The plugins stay as they are: ");
        assertThat(generations().get("attempts").get(0).get("problems").get(0).asText())
                .contains("allowlist");
    }

    /** A chain that can't decide refuses everybody, so it does not replace one that can. */
    @Test
    void doesNotPutInAChainThatCannotDecide() throws IOException {
        install("authorizer-webhook");
        webhook.close();
        chain("allowlist", "webhook");
        awaitWarning("the new chain can't decide: ");
        assertThat(generations().get("current").asInt()).isEqualTo(1);
    }

    /** No request fails, none is decided by half of each chain, nothing old stays loaded. */
    @Test
    void losesNoRequestWhileItSwapsAgainAndAgain() throws Exception {
        int swaps = 10;
        install("authorizer-webhook");
        Files.writeString(home.resolve("allowlist.json"), everything());
        AtomicBoolean swapping = new AtomicBoolean(true);
        try (ExecutorService guests = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> taken = new ArrayList<>();
            for (int guest = 0; guest < 2; guest++) {
                taken.add(guests.submit(() -> {
                    int keys = 0;
                    while (swapping.get()) {
                        takeKeys();
                        keys++;
                    }
                    return keys;
                }));
            }
            try {
                for (int swap = 0; swap < swaps; swap++) {
                    String next = swap % 2 == 0 ? "webhook" : "allowlist";
                    chain(swap % 2 == 0 ? "allowlist" : "webhook", next);
                    assertThat(node.admin("Reload").get("chain").get(0).asText())
                            .isEqualTo(next);
                }
            } finally {
                // Whatever went wrong, the guests must end.
                swapping.set(false);
            }
            for (Future<Integer> guest : taken) {
                assertThat(guest.get()).isPositive();
            }
        }
        await("the end of what was replaced", () -> generations().get("open").asInt() == 1);
        Map<Integer, String> chains = new HashMap<>();
        generations()
                .get("attempts")
                .forEach(attempt -> chains.put(
                        attempt.get("number").asInt(),
                        attempt.get("chain").path(0).asText()));
        Map<String, Integer> generationOf = new HashMap<>();
        List<JsonNode> decisions = node.records().stream()
                .filter(record -> record.get("kind").asText().equals("decision"))
                .toList();
        assertThat(decisions).isNotEmpty();
        for (JsonNode record : decisions) {
            int generation = record.get("generation").asInt();
            assertThat(record.at("/answers/0/authorizer").asText()).isEqualTo(chains.get(generation));
            String request = record.get("request_id").asText();
            Integer other = generationOf.putIfAbsent(request, generation);
            assertThat(other == null ? generation : other)
                    .as("the generation that decided request %s", request)
                    .isEqualTo(generation);
        }
    }

    /** Allows the node itself and the guest, whatever else they are. */
    private String everything() throws IOException {
        assertThatThrownBy(this::takeKeys).hasMessageContaining("KMS is not allowed: ");
        JsonNode self = record().get("boot_info");
        return """
                {"gatewayAppId": "any",
                 "osImages": ["0x%1$s", "0x%2$s"],
                 "kms": {"mrAggregated": ["0x%3$s"], "allowAnyDevice": true},
                 "apps": {"0x%4$s": {"composeHashes": ["0x%5$s"], "allowAnyDevice": true}}}
                """.formatted(
                        Guest.OS_IMAGE_HASH.toHex(),
                        self.get("osImageHash").asText(),
                        self.get("mrAggregated").asText(),
                        Guest.APP_ID.toHex(),
                        Guest.COMPOSE_HASH.toHex());
    }

    private void takeKeys() {
        node.takeKeys();
    }

    private void install(String module) {
        node.install(module);
    }

    private void chain(String from, String to) throws IOException {
        node.rewrite("chain = [\"" + from + "\"]", "chain = [\"" + to + "\"]");
    }

    private JsonNode generations() {
        return node.generations();
    }

    private void awaitGeneration(int number) {
        await("generation " + number, () -> node.current() == number);
    }

    private void awaitWarning(String text) {
        await(text, () -> node.process().err().contains(text));
    }

    private void await(String what, BooleanSupplier condition) {
        node.await(what, NOTICED, condition);
    }

    private JsonNode record() throws IOException {
        return node.record();
    }
}
