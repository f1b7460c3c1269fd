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

/** A node whose operator governs it by an allowlist file of its own, as in the manual test guide. */
final class GatedNode implements AutoCloseable {
    static final String DOMAIN = "localhost";
    private static final String KMS = "kms";
    private static final String MEASUREMENTS = "mrAggregated";

    private final TestNode node;
    private final TestNode.Configuration configuration;
    private final Path allowlist;

    private GatedNode(TestNode node, TestNode.Configuration configuration, Path allowlist) {
        this.node = node;
        this.configuration = configuration;
        this.allowlist = allowlist;
    }

    /**
     * Starts a node without keys, which nobody has allowed anything yet.
     *
     * @param instanceId makes its measurement its own
     * @param onboardLines of the table {@code [core.onboard]}
     */
    static GatedNode start(Path home, String instanceId, String onboardLines) {
        try {
            Path directory = Files.createDirectories(home);
            Path list = Files.writeString(directory.resolve("allowlist.json"), emptyList());
            TestNode.Configuration configuration = new TestNode.Configuration(directory)
                    .allowlist(list)
                    .machine("instance_id = \"" + instanceId.repeat(20) + "\"")
                    .onboard(onboardLines);
            return new GatedNode(TestNode.start(configuration, "onboarding"), configuration, list);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        ObjectNode list = (ObjectNode) Recordings.json(allowlist);
        ArrayNode allowed = ((ObjectNode) list.get(KMS)).putArray(MEASUREMENTS);
        measurements.forEach(measurement -> allowed.add("0x" + measurement));
        try {
            Path next = Files.writeString(allowlist.resolveSibling("next.json"), list.toString());
            Files.move(next, allowlist, StandardCopyOption.ATOMIC_MOVE);
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
