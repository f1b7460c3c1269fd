package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A node whose operator governs it by files of its own, as in the manual test guide: an allowlist, or the default policy and its
 * lists.
 */
final class GatedNode implements AutoCloseable {
    static final String DOMAIN = "localhost";
    private static final String KMS = "kms";
    private static final String MEASUREMENTS = "mrAggregated";

    private final TestNode node;
    private final TestNode.Configuration configuration;
    private final Rules rules;

    private GatedNode(TestNode node, TestNode.Configuration configuration, Rules rules) {
        this.node = node;
        this.configuration = configuration;
        this.rules = rules;
    }

    /** How an operator says who may be a KMS. */
    interface Rules {
        /** Adds to a configuration what makes the node ask these rules. */
        TestNode.Configuration govern(TestNode.Configuration configuration);

        /** Allows these measurements and no others. */
        void rewrite(List<String> measurements) throws IOException;
    }

    /**
     * Starts a node without keys, which nobody has allowed anything yet.
     *
     * @param instanceId makes its measurement its own
     * @param onboardLines of the table {@code [core.onboard]}
     */
    static GatedNode start(Path home, String instanceId, String onboardLines) {
        return start(home, instanceId, onboardLines, UnaryOperator.identity());
    }

    /** The same, with more in its configuration. */
    static GatedNode start(
            Path home, String instanceId, String onboardLines, UnaryOperator<TestNode.Configuration> more) {
        return start(
                home,
                new AllowlistRules(home.resolve("allowlist.json")),
                instanceId,
                configuration -> more.apply(configuration.onboard(onboardLines)));
    }

    /** The same, governed by the default policy. */
    static GatedNode startWithPolicy(Path home, String instanceId, String onboardLines) {
        return start(home, new PolicyRules(home), instanceId, configuration -> configuration.onboard(onboardLines));
    }

    private static GatedNode start(
            Path home, Rules rules, String instanceId, UnaryOperator<TestNode.Configuration> more) {
        try {
            Path directory = Files.createDirectories(home);
            rules.rewrite(List.of());
            TestNode.Configuration configuration = more.apply(rules.govern(new TestNode.Configuration(directory))
                    .machine("instance_id = \"" + instanceId.repeat(20) + "\""));
            return new GatedNode(TestNode.start(configuration, "onboarding"), configuration, rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(Path file, String content) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** An allowlist file. */
    private record AllowlistRules(Path file) implements Rules {
        @Override
        public TestNode.Configuration govern(TestNode.Configuration configuration) {
            return configuration.allowlist(file);
        }

        @Override
        public void rewrite(List<String> measurements) throws IOException {
            ObjectNode list = (ObjectNode) Recordings.json(emptyList());
            ArrayNode allowed = ((ObjectNode) list.get(KMS)).putArray(MEASUREMENTS);
            measurements.forEach(measurement -> allowed.add("0x" + measurement));
            replace(file, list.toString());
        }
    }

    /** The default policy, and its lists in a folder. */
    private record PolicyRules(Path folder) implements Rules {
        @Override
        public TestNode.Configuration govern(TestNode.Configuration configuration) {
            return configuration.policy(
                    Path.of(System.getProperty("keywarden.home")).resolve("policies/default.tar.gz"), folder);
        }

        @Override
        public void rewrite(List<String> measurements) throws IOException {
            String app = Guest.APP_ID.toHex();
            replace(folder.resolve("images.jsonl"), Guest.OS_IMAGE_HASH.toHex() + "\n");
            replace(
                    folder.resolve("apps.jsonl"),
                    "{\"key\":\"" + app + "\",\"allow_any_device\":true,\"gateway_app_id\":\"any\"}\n");
            replace(folder.resolve("compose_hashes.jsonl"), app + "/" + Guest.COMPOSE_HASH.toHex() + "\n");
            replace(
                    folder.resolve("kms_measurements.jsonl"),
                    measurements.stream()
                            .distinct()
                            .map(measurement -> "{\"key\":\"" + measurement + "\",\"allow_any_device\":true}\n")
                            .collect(Collectors.joining()));
        }
    }

    /** Everything but the measurements of nodes: those are what the scenarios add and remove. */
    private static String emptyList() {
        return """
                {"gatewayAppId": "any",
                 "osImages": ["0x%1$s"],
                 "kms": {"mrAggregated": [], "allowAnyDevice": true},
                 "apps": {"0x%2$s": {"composeHashes": ["0x%3$s"], "allowAnyDevice": true}}}
                """.formatted(Guest.OS_IMAGE_HASH.toHex(), Guest.APP_ID.toHex(), Guest.COMPOSE_HASH.toHex());
    }

    OnboardClient onboarding() {
        return new OnboardClient(node.url());
    }

    /** Where a browser finds the node while it has no keys. */
    String onboardingUrl() {
        return node.url();
    }

    /** This node's measurement, which needs no permission to be read. */
    String measurement() {
        return onboarding().attestationInfo().get("mr_aggregated").asText();
    }

    GatedNode allow(String... measurements) {
        return rewrite(List.of(measurements));
    }

    GatedNode allowNobody() {
        return rewrite(List.of());
    }

    private GatedNode rewrite(List<String> measurements) {
        try {
            rules.rewrite(measurements);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves onboarding mode and waits until the node serves. */
    GatedNode finish() {
        onboarding().finish();
        awaitServing();
        return this;
    }

    void awaitServing() {
        node.awaitServing();
    }

    /** Where the node serves; it serves on the port it was onboarded at. */
    String url() {
        return "https://" + DOMAIN + ":" + configuration.port();
    }

    Path certDir() {
        return configuration.certDir();
    }

    boolean hasRootKeys() {
        return Files.exists(certDir().resolve("root-ca.key"))
                || Files.exists(certDir().resolve("root-k256.key"));
    }

    KeywardenProcess process() {
        return node.process();
    }

    /** What the node put on record about a method, oldest first. */
    List<JsonNode> records(String method) {
        try {
            return Files.exists(configuration.records())
                    ? Files.readAllLines(configuration.records()).stream()
                            .map(Recordings::json)
                            .filter(record -> record.path("method").asText().equals(method))
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
